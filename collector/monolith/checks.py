"""`POST /internal/check/<channel>`: a body sent as application/json, checked to the last field before it is taken."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from collector.protocol import ProtocolError, TooLarge, TooManyEvents, decode_chunk, decode_events, opened


def blueprint() -> Blueprint:
    """The check's route: 204, or 400 and 413 with the answer that the sender is to see."""
    routes = Blueprint("checks", __name__)

    def refusal(code: str, message: str, status: int) -> tuple[Response, int]:
        return jsonify({"error": {"code": code, "message": message}}), status

    @routes.post("/internal/check/<any(e, r):channel>")
    def check(channel: str) -> tuple[Response, int] | tuple[str, int]:
        body = request.get_data(cache=False)
        try:
            if channel == "e":
                decode_events(body)
            else:
                decode_chunk(opened(body))
        except TooLarge as error:
            return refusal("too_large", str(error), 413)
        except TooManyEvents as error:
            return refusal("too_many_events", str(error), 413)
        except ProtocolError as error:
            return refusal("malformed", str(error), 400)
        return "", 204

    return routes
