"""Errors of the library are exceptions of Python."""

import pickle
import unittest
import warnings

import rall


class Errors(unittest.TestCase):
    def test_module_says_its_version(self):
        self.assertRegex(rall.__version__, r"^\d+\.\d+\.\d+$")

    def test_input_error_survives_pickling(self):
        found = {"severity": "error", "code": "some-code", "file": "a.json", "line": 2, "column": 3, "message": "no", "hint": "do"}
        error = pickle.loads(pickle.dumps(rall.InputError("a.json:2:3: error: no", [found])))
        self.assertEqual((error.code, error.file, error.line, error.column, error.hint), ("some-code", "a.json", 2, 3, "do"))
        self.assertIsInstance(error, ValueError)

    def test_what_is_not_meant_is_a_warning_of_python(self):
        """Also to who never looks at diagnostics; and nothing else is."""
        model = rall.Model()
        model.add_cell([{"name": "soma", "L": 20, "diam": 20}], {"regions": {"all": {"cm": 1, "Ra": 100, "mechanisms": {"pas": {"g": 1e-4, "e": -70}}}}})
        model.conditions(celsius=6.3, v_init=-65)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            rall.Simulation(model).close()
        model.conditions(celsius=6.3, v_init=-0.065)
        with self.assertWarnsRegex(rall.InputWarning, "v_init is -0.065 mV(.|\n)*if this is in V, write -65") as caught:
            rall.Simulation(model).close()
        self.assertEqual(caught.filename, __file__)
        with self.assertWarnsRegex(rall.InputWarning, "celsius is 295.15 degC(.|\n)*in kelvin, write 22"):
            rall.channel("hh", current="ina", protocols=["gates"], celsius=295.15)


if __name__ == "__main__":
    unittest.main()
