"""As much of udev's rules (udev(7)) as ours use: read strictly, and carried out for a device."""

import fnmatch
import re
from collections import defaultdict

_TOKEN = re.compile(r'([A-Z]+)(?:\{([^}]+)\})?(==|!=|\+=|=)"([^"]*)"')
_MATCHED = {"ACTION", "SUBSYSTEM", "KERNEL", "ENV", "ATTR", "TEST"}
_ASSIGNED = {"GROUP", "MODE", "TAG", "SYMLINK", "ENV", "ATTR", "IMPORT", "GOTO", "LABEL"}
_LISTS = {"TAG", "SYMLINK"}
_WITH_NAME = {"ENV", "ATTR", "IMPORT"}


def parse(text):
    """The rules as lists of (key, name, operator, value); AssertionError names what udev would not take."""
    rules = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        rule, at = [], 0
        while at < len(line):
            token = _TOKEN.match(line, at)
            assert token, f"line {number}: {line[at:]!r} is no key, operator and quoted value"
            key, name, operator, value = token.groups()
            assert key in (_MATCHED if operator in ("==", "!=") else _ASSIGNED), f"line {number}: {token[0]}"
            assert (name is not None) == (key in _WITH_NAME), f"line {number}: {token[0]}"
            assert (operator == "+=") <= (key in _LISTS), f"line {number}: {token[0]} would need ="
            rule.append((key, name, operator, value))
            at = token.end()
            if at < len(line):
                assert line.startswith(", ", at), f"line {number}: a comma is missing at {line[at:]!r}"
                at += 2
                assert at < len(line), f"line {number} ends with a comma"
        assert rule, f"line {number}"
        rules.append(rule)
    labels = [value for rule in rules for key, _, _, value in rule if key == "LABEL"]
    assert len(labels) == len(set(labels))
    for rule in rules:
        for key, _, _, value in rule:
            assert key != "GOTO" or value in labels, f"no such label: {value}"
    return rules


def apply(rules, device):
    """What the rules give a device: ``device`` has the match keys, ``ENV``, ``ATTR`` and what a builtin would find
    out (``builtin``). Answers the assigned keys; ``SYMLINK`` and ``TAG`` as lists."""
    env, found = dict(device.get("ENV", {})), defaultdict(list)
    goto = ""
    for rule in rules:
        if goto:
            if ("LABEL", None, "=", goto) not in rule:
                continue
            goto = ""
        if not all(_fits(token, device, env) for token in rule if token[2] in ("==", "!=")):
            continue
        for key, name, operator, value in rule:
            if operator in ("==", "!=") or key == "LABEL":
                continue
            for held in re.findall(r"\$env\{(\w+)\}", value):
                value = value.replace(f"$env{{{held}}}", env.get(held, ""))
            if key == "GOTO":
                goto = value
            elif key == "IMPORT":
                env |= device.get("builtin", {}).get(value, {})
            elif key == "ENV":
                env[name] = value
            elif operator == "+=":
                found[key].append(value)
            else:
                found[key if name is None else f"{key}{{{name}}}"] = value
    return {**found, "ENV": env}


def _fits(token, device, env):
    key, name, operator, pattern = token
    if key == "TEST":
        return (pattern in device.get("ATTR", {})) == (operator == "==")
    held = env if key == "ENV" else device.get("ATTR", {}) if key == "ATTR" else device
    if key == "ATTR" and name not in held:
        return False  # with either operator
    value = held.get(name or key, "")
    return any(fnmatch.fnmatchcase(value, each) for each in pattern.split("|")) == (operator == "==")
