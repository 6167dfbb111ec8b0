// Runs the procedures of a template as NEURON does, on the sections of one cell. Whatever is not known here is an error at its line: nothing is passed over.
// Private to io/hoc.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "io/hoc/hoc.hpp"
#include "io/hoc/sections.hpp"
#include "io/hoc/syntax.hpp"

namespace rall::io::hoc {

struct Object;

/// A template: its procedures by name, and statements that run when an object is made.
struct Class {
    std::string name;
    Tree const* tree = nullptr;
    std::map<std::string, Tree const*> procedures = {};
    std::set<std::string> published = {}, external = {};
    int made = 0;  ///< objects so far
};

/// A variable of an object, of a call, or of the top level.
struct Variable {
    enum Kind { number, text, object, sections } kind = number;
    bool array = false;
    double value = 0;
    std::string string = {};
    std::vector<Object*> objects = {};  ///< one, or those of an array
    std::vector<int> members = {};      ///< sections
};

struct SectionList {
    std::vector<int> sections;
};
struct Vector {
    std::vector<double> values;
};
struct List {
    std::vector<Object*> items;
};
struct String {
    std::string text;
};
struct StringFunctions {};
/// Import3d_SWC_read and Import3d_Neurolucida3.
struct Reader {
    bool has_read = false;
    double quiet = 0;
};
/// Import3d_GUI.
struct Import {};

struct Object {
    std::string type;
    int number = 0;
    Class* of = nullptr;  ///< null for NEURON's own classes, and for the top level
    std::map<std::string, Variable> variables = {};
    std::variant<std::monostate, SectionList, Vector, List, String, StringFunctions, Reader, Import> built_in = {};
};

struct Value {
    enum Kind { nothing, number, text, object, section } kind = nothing;
    double value = 0;
    std::string string = {};
    Object* instance = nullptr;
    int section_index = -1;

    static Value of(double x) { return {number, x}; }
    static Value of(std::string s) { return {text, 0, std::move(s)}; }
    static Value of(Object* o) { return {object, 0, {}, o}; }
    static Value of_section(int s) { return {section, 0, {}, nullptr, s}; }
};

/// What a path leads to: a value, and where it is kept if it can be changed.
struct Ref {
    Value value = {};
    double* number = nullptr;
    std::string* text = nullptr;
    Object** object = nullptr;
    // A range variable or a property of a section.
    std::string range = {};
    int section = -1;
    std::optional<double> x = {};
    std::optional<std::pair<double, double>> interval = {};
    std::string free = {};  ///< a name that means nothing yet: given a value it becomes a variable
};

struct Frame {
    Object* self = nullptr;
    std::vector<Ref> arguments = {};
    std::map<std::string, Variable> locals = {};
};

class Machine {
public:
    Machine(Program const& program, Vocabulary const& vocabulary, morphology::Morphology const& reconstruction, Diagnostics& found);

    Sections& sections() { return sections_; }
    /// Makes the cell, with numbers for what Program::needed names.
    void run(std::vector<double> const& attributes);
    std::optional<double> celsius() const;
    std::optional<double> v_init() const;
    /// Complains about values that went into variables which nothing reads.
    void check_unread(std::set<std::string> const& read);

private:
    enum class Flow { next, leave, again, back };
    struct Deeper {
        Deeper(Machine& machine, Place const& where);
        ~Deeper() { --machine.nested_; }
        Machine& machine;
    };

    // machine.cpp: statements
    Flow run(Tree const& statement, Frame& frame);
    Flow run_all(std::vector<Tree> const& statements, Frame& frame);
    Flow loop_over(std::vector<int> const& list, Tree const& body, Frame& frame);
    Flow loop_segments(Tree const& loop, Frame& frame);
    void declare(Tree const& statement, Frame& frame);
    void create(Tree const& statement, Frame& frame);
    void connect(Tree const& statement, Frame& frame);
    void print(Tree const& statement, Frame& frame);
    void spend(double steps, Place const& where);
    void define(Tree const& tree, Object* self, Class* of);

    // expressions.cpp
    Value evaluate(Tree const& tree, Frame& frame);
    double number(Tree const& tree, Frame& frame);
    std::string text(Tree const& tree, Frame& frame);
    Object* object(Tree const& tree, Frame& frame);
    Value assign(Tree const& tree, Frame& frame);
    double combine(Tree const& tree, double a, double b) const;
    Value read(Ref const& ref, Place const& where);

    // paths.cpp
    Ref resolve(Tree const& path, Frame& frame);
    Ref head(Tree const& link, Frame& frame);
    Ref member(Ref const& of, Tree const& link, Frame& frame);
    std::optional<Ref> variable(Object* self, Tree const& link, Frame& frame);
    Ref of_variable(Variable& variable, Tree const& link, Frame& frame);
    std::optional<Ref> range(int section, Tree const& link, Frame& frame);
    int section(Tree const& path, Frame& frame);
    int current(Place const& where) const;
    Value call(Object* self, std::string const& name, Tree const& procedure, std::vector<Ref> arguments, Place const& where);
    std::vector<Ref> arguments(Tree const& link, Frame& frame);
    Object* create_object(std::string const& type, std::vector<Ref> arguments, Place const& where);

    // builtins.cpp
    std::optional<Ref> function(Tree const& link, Frame& frame);
    void execute(std::string const& statement, Object* self, Place const& where);
    std::string format(std::vector<Ref> const& arguments, std::size_t first, Place const& where);
    double scan(std::vector<Ref>& arguments, Place const& where);
    std::string text_of(Ref const& ref, Place const& where);
    double number_of(Ref const& ref, Place const& where);

    // objects.cpp
    Object* create_built_in(std::string const& type, std::vector<Ref>& arguments, Place const& where);
    Ref method(Object* of, Tree const& link, Frame& frame);
    Ref list_method(SectionList& list, Tree const& link, std::vector<Ref>& arguments);
    Ref vector_method(Object* of, Vector& vector, Tree const& link, std::vector<Ref>& arguments, Frame& frame);
    Ref text_method(Tree const& link, std::vector<Ref>& arguments);
    void instantiate(Object* cell, Place const& where);

    Program const* program_;
    Diagnostics* found_;
    Vocabulary const* vocabulary_;
    morphology::Morphology const* reconstruction_;
    Sections sections_;
    std::deque<Object> objects_;
    std::map<std::string, Class> classes_;
    Object* top_ = nullptr;
    std::map<std::string, Tree const*> top_procedures_;
    std::map<std::string, Place> unused_;  ///< numbers given inside of a section that may be misspelt parameters
    std::map<std::string, int> made_;      ///< objects of NEURON's own classes, by class
    std::set<std::string> told_;           ///< what notes have been given
    Value result_;                         ///< of `return`
    std::vector<int> stack_;
    int default_section_ = -1;
    int depth_ = 0;   ///< calls
    int nested_ = 0;  ///< statements and expressions
    double steps_ = 0;
    std::string morphology_name_;
};

}  // namespace rall::io::hoc
