// The one way by which text from outside gets into generated code: names of files and mechanisms, identifiers, titles, units, messages.
// Whatever bytes it has, it stays a comment, the content of a string, an identifier or the name of a file.
#pragma once

#include <string>
#include <string_view>

namespace rall::nmodl {

/// A line that is a comment: "// text" and a line end. Bytes that could end it or go on in the next line, and all that are no
/// printable ASCII, are written as in a URL: %0A.
std::string cpp_comment(std::string_view text);

/// A string literal with exactly these bytes.
std::string cpp_string(std::string_view text);

/// NMODL's name of a mechanism, a variable or an element as a C++ identifier. The suffix keeps it apart from every keyword, from every macro of
/// the headers that kernels include (a test looks at them all) and from the words of the kernels themselves; none of these end so.
std::string cpp_name(std::string_view nmodl);

/// The same with a number, for copies of a variable: a_c1.
std::string cpp_copy(std::string_view nmodl, int number);

/// The header of a mechanism: its name and ".hpp", shortened where file systems take no name so long.
std::string header_name(std::string_view mechanism);

}  // namespace rall::nmodl
