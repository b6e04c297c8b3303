# Compiler, warnings, sanitizers and the external libraries. See docs/decisions/0001-compiler-and-libraries.md.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

set(STEPWELL_SANITIZE "" CACHE STRING "empty, address or thread")
option(STEPWELL_TESTS "build the tests" ON)
# Lines are enough to read a crash; types would cost a third of a build.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEBUG "-g1")

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
    set(STEPWELL_SECOND_OPINION ON) # compiles every room but net: this compiler breaks coroutines
endif()

add_compile_options(-Wall -Wextra -Wconversion -Wshadow -Werror -fno-omit-frame-pointer)
add_compile_definitions(FMT_HEADER_ONLY _FILE_OFFSET_BITS=64)
if(STEPWELL_SANITIZE STREQUAL "address")
    add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all)
    add_link_options(-fsanitize=address,undefined)
    add_compile_definitions(STEPWELL_SANITIZED)
elseif(STEPWELL_SANITIZE STREQUAL "thread")
    add_compile_options(-fsanitize=thread)
    add_link_options(-fsanitize=thread)
    add_compile_definitions(STEPWELL_SANITIZED)
else()
    add_link_options(-static-libstdc++ -static-libgcc)
endif()
if(NOT STEPWELL_SECOND_OPINION)
    add_link_options(-fuse-ld=mold)
endif()

find_package(Threads REQUIRED)
find_path(BOOST_INCLUDE boost/json/src.hpp REQUIRED)
find_library(SODIUM_A libsodium.a REQUIRED)
find_library(UTF8PROC_A libutf8proc.a REQUIRED)
find_library(SQLITE_A libsqlite3.a REQUIRED)
find_library(ZSTD_A libzstd.a REQUIRED)
find_library(PCRE2_A libpcre2-8.a REQUIRED)
find_library(CMARK_A libcmark.a REQUIRED)
find_library(MBEDCRYPTO_A libmbedcrypto.a REQUIRED)
find_library(CRYPTO_SO libcrypto.so REQUIRED) # shared: its holes are closed by the system
