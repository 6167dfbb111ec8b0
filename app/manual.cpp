#include "app/manual.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <vector>

namespace rall::app {
namespace {

std::vector<CLI::App const*> verbs_of(CLI::App const& app) {
    return app.get_subcommands([](CLI::App const*) { return true; });
}

std::vector<CLI::Option const*> options_of(CLI::App const& app) {
    return app.get_options([](CLI::Option const*) { return true; });
}

bool takes_value(CLI::Option const& option) { return option.get_items_expected_max() > 0; }

/// "--output-dir", "-h".
std::vector<std::string> flags_of(CLI::Option const& option) {
    std::vector<std::string> flags;
    for (auto const& name : option.get_lnames()) flags.push_back("--" + name);
    for (auto const& name : option.get_snames()) flags.push_back("-" + name);
    return flags;
}

/// Text as roff takes it: no line may begin with a dot or a quote, and a hyphen is one.
std::string roff(std::string const& text) {
    std::string result;
    bool begins = true;
    for (char const c : text) {
        if (begins && (c == '.' || c == '\'')) result += "\\&";
        begins = c == '\n';
        if (c == '\\') result += "\\e";
        else if (c == '-') result += "\\-";
        else result += c;
    }
    return result;
}

/// Between single quotes; `quote`: how a single quote itself is written there.
std::string quoted(std::string const& text, std::string const& quote) {
    std::string result = "'";
    for (char const c : text) result += c == '\'' ? quote : std::string(1, c);
    return result + "'";
}

std::string bash(CLI::App const& app) {
    std::string verbs, cases;
    for (auto const* option : options_of(app))
        for (auto const& flag : flags_of(*option)) verbs += flag + " ";
    for (auto const* verb : verbs_of(app)) {
        verbs += verb->get_name() + " ";
        std::string flags;
        for (auto const* option : options_of(*verb))
            for (auto const& flag : flags_of(*option)) flags += (flags.empty() ? "" : " ") + flag;
        cases += fmt::format("        {}) words=\"{}\" ;;\n", verb->get_name(), flags);
    }
    verbs.pop_back();
    return fmt::format(R"(# Completion of rall for bash.
_rall() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} words="{}"
    if (( COMP_CWORD > 1 )); then
        case ${{COMP_WORDS[1]}} in
{}        esac
        if [[ $current != -* ]]; then
            COMPREPLY=($(compgen -f -- "$current"))
            return
        fi
    fi
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -o filenames -F _rall rall
)",
                       verbs, cases);
}

std::string zsh(CLI::App const& app) {
    // In a specification brackets enclose the text, and a colon ends it.
    auto const text = [](std::string const& of) {
        std::string result;
        for (char const c : of) result += c == '[' || c == ']' || c == ':' ? std::string("\\") + c : std::string(1, c);
        return result;
    };
    std::string verbs, cases;
    for (auto const* verb : verbs_of(app)) {
        verbs += fmt::format("        {}\n", quoted(verb->get_name() + ":" + verb->get_description(), "'\\''"));
        cases += fmt::format("        {}) _arguments", verb->get_name());
        for (auto const* option : options_of(*verb))
            for (auto const& flag : flags_of(*option))
                cases += " \\\n            " +
                         quoted(fmt::format("*{}[{}]{}", flag, text(option->get_description()), takes_value(*option) ? ":value:_files" : ""), "'\\''");
        cases += " \\\n            '*:file:_files' ;;\n";
    }
    return fmt::format(R"(#compdef rall
# Completion of rall for zsh.
_rall() {{
    local -a verbs=(
{}    )
    if (( CURRENT == 2 )); then
        _describe verb verbs
        return
    fi
    local verb=$words[2]
    shift words
    (( CURRENT-- ))
    case $verb in
{}    esac
}}
_rall "$@"
)",
                       verbs, cases);
}

std::string fish(CLI::App const& app) {
    std::string result = "# Completion of rall for fish.\n";
    for (auto const* verb : verbs_of(app)) {
        result += fmt::format("complete -c rall -n __fish_use_subcommand -a {} -d {}\n", verb->get_name(), quoted(verb->get_description(), "\\'"));
        for (auto const* option : options_of(*verb)) {
            std::string names;
            for (auto const& name : option->get_lnames()) names += " -l " + name;
            for (auto const& name : option->get_snames()) names += " -s " + name;
            if (names.empty()) continue;
            result += fmt::format("complete -c rall -n '__fish_seen_subcommand_from {}'{}{} -d {}\n", verb->get_name(), names,
                                  takes_value(*option) ? " -r" : "", quoted(option->get_description(), "\\'"));
        }
    }
    return result;
}

std::string item(CLI::Option const& option) {
    std::string head;
    for (auto const& flag : flags_of(option)) head += fmt::format("{}\\fB{}\\fR", head.empty() ? "" : ", ", roff(flag));
    if (head.empty()) head = "\\fI" + roff(option.get_name(true, false)) + "\\fR";
    else if (takes_value(option)) head += " \\fI" + roff(option.get_type_name()) + "\\fR";
    auto text = option.get_description();
    if (auto const standard = option.get_default_str(); !standard.empty()) text += fmt::format(" (default {})", standard);
    return fmt::format(".TP\n{}\n{}\n", head, roff(text));
}

}  // namespace

std::string man_page(CLI::App const& app) {
    auto text = fmt::format(
        ".TH RALL 1 \"\" \"Rall {}\" \"User Commands\"\n.SH NAME\nrall \\- simulate neurons with their real shapes\n"
        ".SH SYNOPSIS\n.B rall\n.I verb\n.RI [ options ]\n.SH DESCRIPTION\n{}\n"
        "Reconstructions become cables cut into compartments, ion channels written in NMODL ride on them, synapses join the cells.\n"
        "Each verb below does one thing; its options may stand before or behind its files.\n",
        RALL_VERSION, roff(app.get_description()));
    for (auto const* option : options_of(app)) text += item(*option);
    for (auto const* verb : verbs_of(app)) {
        std::string files;
        for (auto const* option : options_of(*verb))
            if (option->get_positional()) files += fmt::format(" \\fI{}\\fR{}", roff(option->get_name(true, false)), option->get_items_expected_max() > 1 ? "..." : "");
        text += fmt::format(".SH \"RALL {}\"\n\\fBrall {}\\fR{} [options]\n.PP\n{}.\n", CLI::detail::to_lower(verb->get_name()), verb->get_name(), files,
                            roff(verb->get_description()));
        for (auto const* option : options_of(*verb)) text += item(*option);
    }
    text += ".SH \"EXIT STATUS\"\n"
            ".TP\n0\nDone.\n.TP\n1\nThe model or its data is wrong: the message names file and line.\n.TP\n2\nThe command line is wrong.\n"
            ".TP\n3\nThe machine failed: disk, memory, compiler.\n.TP\n128 + signal\nA signal ended it; what was computed until then is kept.\n"
            ".SH ENVIRONMENT\n.TP\n.B KOKKOS_NUM_THREADS, OMP_NUM_THREADS\nHow many threads, where \\fB\\-\\-threads\\fR does not say it.\n"
            ".TP\n.B RALL_CACHE_DIR\nWhere compiled mechanisms are kept (default: $XDG_CACHE_HOME/rall, else ~/.cache/rall).\n"
            ".TP\n.B RALL_CXX\nThe C++ compiler that compiles them.\n";
    return text;
}

std::string completion(CLI::App const& app, std::string const& shell) {
    if (shell == "bash") return bash(app);
    if (shell == "zsh") return zsh(app);
    if (shell == "fish") return fish(app);
    throw std::invalid_argument("no completion for " + shell);
}

}  // namespace rall::app
