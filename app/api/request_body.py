"""What every JSON object has in common that a call takes: nothing unknown in it, nothing loose, and refusals that help."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError


class RequestBody(BaseModel):
    """What is sent: unknown fields and loose types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)

    @model_validator(mode="wrap")
    @classmethod
    def _refuse_helpfully(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """FastAPI lets a model be read off any Python object: a decimal would pass for one whose fields may all be left out."""
        if not isinstance(value, dict):
            raise ValueError("This must be a JSON object.")
        try:
            return handler(value)
        except ValidationError as error:
            told = [cls._told(one, value) for one in error.errors(include_url=False)]
            raise ValidationError.from_exception_data(cls.__name__, told) from None

    @classmethod
    def _told(cls, fault: Any, value: dict[str, Any]) -> InitErrorDetails:
        """A fault as it was, but for a field that this object does not take: then those that it takes are named."""
        kind, context = fault["type"], fault.get("ctx", {})
        if kind == "extra_forbidden" and len(fault["loc"]) == 1:
            wrapped = "answer" in cls.model_fields and "answer" not in value
            message = f"There is no such field; this takes {', '.join(cls.model_fields)}."
            kind = PydanticCustomError("unknown_field", f"{message} Put the symbols under answer." if wrapped else message)
        elif kind == "unknown_field":  # of an object in this one
            kind = PydanticCustomError(kind, fault["msg"])
        return InitErrorDetails(type=kind, loc=fault["loc"], input=fault["input"], ctx=context)
