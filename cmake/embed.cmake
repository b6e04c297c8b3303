# embed(target name file): the bytes of `file` lie in `target` between the C symbols stepwell_<name>_begin and
# stepwell_<name>_end. `file` may be built by this project; then it is built first.
function(embed target name file)
    cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
    set(source ${CMAKE_CURRENT_BINARY_DIR}/embedded/${target}_${name}.S)
    file(CONFIGURE OUTPUT ${source} CONTENT [[
    .section .rodata
    .global stepwell_@name@_begin
    .global stepwell_@name@_end
    .balign 16
stepwell_@name@_begin:
    .incbin "@file@"
stepwell_@name@_end:
    .byte 0
    .section .note.GNU-stack,"",%progbits
]] @ONLY)
    set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS ${file} SKIP_PRECOMPILE_HEADERS ON)
    target_sources(${target} PRIVATE ${source})
endfunction()
