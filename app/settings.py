"""Settings, read once from QUIZ_… environment variables or a .env file; everyone else is handed values."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every field is the environment variable QUIZ_ + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="QUIZ_", env_file=".env", env_file_encoding="utf-8", extra="ignore")

    database_url: str = Field(
        "sqlite:///data/quiz.db",
        description="Where answers are kept: an SQLite file, or postgresql://user:password@host/database.",
    )
    api_rate: str | None = Field(
        None,
        pattern=r"^[1-9][0-9]{0,8}/(second|minute|hour|day)$",
        description="A limit for REST calls beside registration and sign-in, such as 300/minute; unset means none.",
    )
    cors_origins: str = Field(
        "",
        pattern=r"^(https?://[^\s,/]+(\s*,\s*https?://[^\s,/]+)*)?$",
        description="Origins, with commas, whose pages may call the REST interface, such as https://course.example.org.",
    )
    trusted_proxies: str = Field(
        "127.0.0.1",
        description="Addresses of reverse proxies whose X-Forwarded-… headers are believed, with commas; * believes all.",
    )
    webhook_networks: str = Field(
        "",
        description="Private networks, with commas, that webhooks may be sent to, such as 10.1.0.0/16; others are public alone.",
    )
    metrics_readers: str = Field(
        "127.0.0.0/8, ::1",
        description="Addresses or networks, with commas, that may read /metrics; 0.0.0.0/0, ::/0 lets everybody, empty nobody.",
    )
    log: Literal["text", "json"] = Field(
        "text",
        description="text for people: what went wrong; json for machines: that, and every request, a line each.",
    )
    queue_limit: int = Field(
        1024,
        ge=1,
        description="Writes that may wait; beyond it an answer is refused with 503 and Retry-After.",
    )
