"""Errors of the library are exceptions of Python."""

import pickle
import unittest

import rall


class Errors(unittest.TestCase):
    def test_module_says_its_version(self):
        self.assertRegex(rall.__version__, r"^\d+\.\d+\.\d+$")

    def test_input_error_survives_pickling(self):
        found = {"severity": "error", "code": "some-code", "file": "a.json", "line": 2, "column": 3, "message": "no", "hint": "do"}
        error = pickle.loads(pickle.dumps(rall.InputError("a.json:2:3: error: no", [found])))
        self.assertEqual((error.code, error.file, error.line, error.column, error.hint), ("some-code", "a.json", 2, 3, "do"))
        self.assertIsInstance(error, ValueError)


if __name__ == "__main__":
    unittest.main()
