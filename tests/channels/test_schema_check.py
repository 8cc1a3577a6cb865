"""A schema is checked once; what is validated stays validated."""

import jsonschema
import pytest
from jsonschema.validators import validator_for

from channels.schema_check import remember_checked_schemas

SCHEMA = {"type": "object", "properties": {"events": {"type": "array"}}}


def test_wrong_data_and_wrong_schemas_are_still_refused() -> None:
    remember_checked_schemas()
    for _ in range(2):
        jsonschema.validate({"events": []}, SCHEMA)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({"events": 3}, SCHEMA)
        with pytest.raises(jsonschema.SchemaError):
            jsonschema.validate({}, {"type": 3})


def test_calling_it_twice_wraps_once() -> None:
    remember_checked_schemas()
    first = validator_for({}).check_schema
    remember_checked_schemas()
    assert validator_for({}).check_schema is first
