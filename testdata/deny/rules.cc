#include "testdata/deny/rules.h"

#include <cerrno>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "testdata/deny/names.h"

namespace relocatable::deny {
namespace {

constexpr const char* kOpenCalls[] = {"open", "openat", "openat2", "creat"};
constexpr const char* kWriteCalls[] = {"write", "writev", "pwrite64"};

absl::Status Unknown(const char* what, absl::string_view word) {
  return absl::InvalidArgumentError(
      absl::StrCat("unknown ", what, " '", word, "'"));
}

absl::StatusOr<uint32_t> ParseValue(absl::string_view word) {
  for (const Name& flag : FlagNames()) {
    if (word == flag.name) return static_cast<uint32_t>(flag.value);
  }
  uint32_t value;
  if (absl::ConsumePrefix(&word, "0x") ? absl::SimpleHexAtoi(word, &value)
                                       : absl::SimpleAtoi(word, &value)) {
    return value;
  }
  return Unknown("flag or number", word);
}

absl::StatusOr<int> ParseWhat(absl::string_view word) {
  if (word == "KILL") return kKill;
  for (const Name& error : ErrnoNames()) {
    if (word == error.name) return static_cast<int>(error.value);
  }
  return Unknown("errno", word);
}

absl::StatusOr<int> ParseCall(absl::string_view word) {
  for (const Name& call : CallNames()) {
    if (word == call.name) return static_cast<int>(call.value);
  }
  return Unknown("system call", word);
}

// "(N&MASK)" or "(N==VALUE)", without the parentheses.
absl::Status ParseCondition(absl::string_view text, Rule& rule) {
  const size_t number = text.find_first_not_of("0123456789");
  if (!absl::SimpleAtoi(text.substr(0, number), &rule.argument) ||
      rule.argument > 5 || number == text.npos) {
    return Unknown("condition", text);
  }
  text.remove_prefix(number);
  if (absl::ConsumePrefix(&text, "==")) {
    rule.condition = Condition::kEquals;
  } else if (absl::ConsumePrefix(&text, "&")) {
    rule.condition = Condition::kAnyBit;
  } else {
    return Unknown("condition", text);
  }
  RELOC_ASSIGN_OR_RETURN(rule.value, ParseValue(text));
  return absl::OkStatus();
}

// Adds a rule like `rule` for each of `calls`.
template <size_t kCount>
absl::Status AddPathRules(Rule rule, PathOf path, absl::string_view suffix,
                          const char* const (&calls)[kCount],
                          std::vector<Rule>& rules) {
  rule.path = path;
  rule.suffix = std::string(suffix);
  for (const char* call : calls) {
    RELOC_ASSIGN_OR_RETURN(rule.call, ParseCall(call));
    rules.push_back(rule);
  }
  return absl::OkStatus();
}

absl::Status ParseRule(absl::string_view text, std::vector<Rule>& rules) {
  const size_t equals = text.rfind('=');
  if (equals == text.npos) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", text, "' is no rule: it has no '=ERRNO'"));
  }
  Rule rule = {};
  RELOC_ASSIGN_OR_RETURN(rule.error, ParseWhat(text.substr(equals + 1)));
  text = text.substr(0, equals);
  rule.child_only = absl::ConsumePrefix(&text, "child:");
  if (absl::ConsumePrefix(&text, "open:")) {
    return AddPathRules(rule, PathOf::kArgument, text, kOpenCalls, rules);
  }
  if (absl::ConsumePrefix(&text, "write:")) {
    return AddPathRules(rule, PathOf::kDescriptor, text, kWriteCalls, rules);
  }
  const size_t parenthesis = text.find('(');
  if (parenthesis != text.npos) {
    absl::string_view condition = text.substr(parenthesis + 1);
    if (!absl::ConsumeSuffix(&condition, ")"))
      return Unknown("condition", condition);
    RELOC_RETURN_IF_ERROR(ParseCondition(condition, rule));
    text = text.substr(0, parenthesis);
  }
  RELOC_ASSIGN_OR_RETURN(rule.call, ParseCall(text));
  rules.push_back(rule);
  return absl::OkStatus();
}

absl::StatusOr<absl::string_view> FindPreset(absl::string_view name) {
  for (const Preset& preset : Presets()) {
    if (name == preset.name) return absl::string_view(preset.rules);
  }
  return Unknown("preset", name);
}

}  // namespace

absl::StatusOr<std::vector<Rule>> ParseRules(absl::string_view list) {
  std::vector<Rule> rules;
  for (absl::string_view word : absl::StrSplit(list, ',')) {
    if (!absl::ConsumePrefix(&word, "@")) {
      RELOC_RETURN_IF_ERROR(ParseRule(word, rules));
      continue;
    }
    RELOC_ASSIGN_OR_RETURN(const absl::string_view preset, FindPreset(word));
    RELOC_ASSIGN_OR_RETURN(const std::vector<Rule> more, ParseRules(preset));
    rules.insert(rules.end(), more.begin(), more.end());
  }
  return rules;
}

}  // namespace relocatable::deny
