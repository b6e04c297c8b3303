# The shim: one static program without exceptions, never sanitized, carried inside the server as bytes.
set(shim_sources apps/shim run/shim run/shim_account run/shim_files run/shim_folder run/shim_order run/shim_script
    run/shim_supervisor run/process_tree run/spool_record run/spool_writer run/output_filter run/redactor
    run/secret_forms run/message_scanner run/service_message run/arena run/encoding base/crc32c)
list(TRANSFORM shim_sources PREPEND ${CMAKE_SOURCE_DIR}/src/)
list(TRANSFORM shim_sources APPEND .cc)
add_executable(stepwell-shim ${shim_sources})
target_include_directories(stepwell-shim PRIVATE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(stepwell-shim PRIVATE -O2 -g0 -fno-sanitize=all -fno-exceptions -fno-rtti
    -fno-asynchronous-unwind-tables -fno-omit-frame-pointer -ffunction-sections -fdata-sections)
target_link_options(stepwell-shim PRIVATE -static -fno-sanitize=all -Wl,--gc-sections -Wl,--strip-all)
target_link_libraries(stepwell-shim PRIVATE ${SODIUM_A})

embed(stepwell_run shim ${CMAKE_BINARY_DIR}/bin/stepwell-shim)
