# The shim: one static program without exceptions, never sanitized, carried inside the server as bytes.
# It is linked with musl: glibc asks the processor some fifty questions at every start, which under a hypervisor is a
# fifth of the way to a script's first instruction, and is three times as large. The headers are the system's: both
# libraries hand the kernel's own structures through, and no structure of either library itself is used.
set(shim_sources apps/shim run/shim run/shim_account run/shim_files run/shim_folder run/shim_order run/shim_private
    run/shim_script run/shim_supervisor run/process_tree run/spool_record run/spool_writer run/output_filter run/redactor
    run/secret_forms run/escapes run/noise run/walk_text run/walk_hex run/walk_base64 run/message_scanner
    run/service_message run/shown_message run/arena base/crc32c)
list(TRANSFORM shim_sources PREPEND ${CMAKE_SOURCE_DIR}/src/)
list(TRANSFORM shim_sources APPEND .cc)
add_executable(stepwell-shim ${shim_sources})
target_include_directories(stepwell-shim PRIVATE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(stepwell-shim PRIVATE -O2 -g0 -fno-sanitize=all -fno-exceptions -fno-rtti
    -fno-threadsafe-statics
    -fno-asynchronous-unwind-tables -fno-omit-frame-pointer -U_FILE_OFFSET_BITS -ffunction-sections -fdata-sections)
set(musl /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE})
string(REPLACE -gnu -musl musl ${musl})
execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-libgcc-file-name OUTPUT_VARIABLE builtins OUTPUT_STRIP_TRAILING_WHITESPACE)
target_link_options(stepwell-shim PRIVATE -static -nostdlib -fno-sanitize=all -Wno-unused-command-line-argument -Wl,--gc-sections -Wl,--strip-all)
target_link_libraries(stepwell-shim PRIVATE ${musl}/crt1.o ${musl}/crti.o ${SODIUM_A} ${musl}/libc.a ${builtins} ${musl}/crtn.o)

embed(stepwell_run shim ${CMAKE_BINARY_DIR}/bin/stepwell-shim)
