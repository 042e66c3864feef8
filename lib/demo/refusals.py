"""The error bodies of the YouTube Data API, to the letter, as recorded from the real one.

Not every body has a `status`, a `location` or even an inner `message`: that is how YouTube answers, and what a client
has to live with. Bodies that are documented but that nobody recorded say so.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
NOT_MODELLED = 501


class Refused(Exception):
    """YouTube says no: the HTTP status and the body."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(f"{status} {body['error']['message']}")
        self.status = status
        self.body = body


def _refused(
    code: int, message: str, domain: str, reason: str, location: str = "", kind: str = "parameter", status: str = ""
) -> Refused:
    detail = {"message": message, "domain": domain, "reason": reason}
    if location:
        detail |= {"location": location, "locationType": kind}
    error: Json = {"code": code, "message": message, "errors": [detail]}
    if status:
        error["status"] = status
    return Refused(code, {"error": error})


def unmodelled(what: str) -> Refused:
    """Not YouTube's: the demo was asked something whose answer nobody measured, and will not invent one."""
    return _refused(NOT_MODELLED, f"The demo YouTube does not model {what}.", "demo", "notModelled", what, "other")


def invalid_credentials() -> Refused:
    """401: the token is unknown, expired or revoked."""
    message = (
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. "
        "See https://developers.google.com/identity/sign-in/web/devconsole-project."
    )
    detail = {
        "message": "Invalid Credentials",
        "domain": "global",
        "reason": "authError",
        "location": "Authorization",
        "locationType": "header",
    }
    return Refused(401, {"error": {"code": 401, "message": message, "errors": [detail], "status": "UNAUTHENTICATED"}})


def insufficient_scope(rpc: str) -> Refused:
    """403: the token is good, but not for this method."""
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "domain": "googleapis.com",
        "metadata": {"service": "youtube.googleapis.com", "method": f"youtube.api.v3.{rpc}"},
    }
    error = {
        "code": 403,
        "message": "Request had insufficient authentication scopes.",
        "errors": [{"message": "Insufficient Permission", "domain": "global", "reason": "insufficientPermissions"}],
        "status": "PERMISSION_DENIED",
        "details": [info],
    }
    return Refused(403, {"error": error})


def quota_exceeded() -> Refused:
    """403: the 10,000 units of the day are spent."""
    message = 'The request cannot be completed because you have exceeded your <a href="/youtube/v3/getting-started#quota">quota</a>.'
    return _refused(403, message, "youtube.quota", "quotaExceeded")


def searches_exceeded(limit: int, window_start: int) -> Refused:
    """429: the searches of the day, which have a purse of their own, are spent. `window_start` is in Unix seconds."""
    consumer = "368441505633"
    message = (
        "Quota exceeded for quota metric 'Search Queries' and limit 'Search Queries per day' of service 'youtube.googleapis.com' "
        f"for consumer 'project_number:{consumer}'."
    )
    refusal = _refused(429, message, "global", "rateLimitExceeded", status="RESOURCE_EXHAUSTED")
    metadata = {
        "quota_location": "global",
        "window_start_time": str(window_start),
        "quota_limit": "defaultSearchListPerDayPerProject",
        "consumer": f"projects/{consumer}",
        "quota_unit": "1/d/{project}",
        "service": "youtube.googleapis.com",
        "quota_metric": "youtube.googleapis.com/search_list",
        "quota_limit_value": str(limit),
    }
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "RATE_LIMIT_EXCEEDED",
        "domain": "googleapis.com",
        "metadata": metadata,
    }
    refusal.body["error"]["details"] = [info]
    return refusal


def too_many_playlists() -> Refused:
    """429: more new playlists in a day than YouTube bears. Reported by several projects, never recorded whole."""
    return _refused(
        429,
        "Resource has been exhausted (e.g. check quota).",
        "global",
        "rateLimitExceeded",
        status="RESOURCE_EXHAUSTED",
    )


def aborted() -> Refused:
    """409: the playlist is so young that its first write fails. Nothing was applied. The inner error has no message."""
    inner = {"domain": "youtube.CoreErrorDomain", "reason": "SERVICE_UNAVAILABLE"}
    return Refused(
        409, {"error": {"code": 409, "message": "The operation was aborted.", "errors": [inner], "status": "ABORTED"}}
    )


def server_fault(code: int) -> Refused:
    """500 or 503: something went wrong inside. The shape is standard; whether the request was applied nobody can tell."""
    status = {500: "INTERNAL", 503: "UNAVAILABLE"}[code]
    message = {500: "Internal error encountered.", 503: "The service is currently unavailable."}[code]
    return _refused(code, message, "global", "backendError", status=status)


def timed_out() -> Refused:
    """408: the request took too long to arrive, or so the server says."""
    return _refused(408, "The request timed out.", "global", "requestTimeout")


def too_fast(code: int) -> Refused:
    """403 (of old) or 429: more requests in a minute than allowed. Nothing was applied."""
    return _refused(code, "Rate Limit Exceeded", "usageLimits", "rateLimitExceeded")


def unknown_part(part: str) -> Refused:
    """400: a `part` that the resource does not have."""
    return _refused(400, f"'{part}'", "youtube.part", "unknownPart", "part")


def no_filter(expected: str) -> Refused:
    """400: nothing says what to list."""
    return _refused(
        400,
        f"No filter selected. Expected one of: {expected}",
        "youtube.parameter",
        "missingRequiredParameter",
        "parameters.",
        "other",
    )


def invalid_filters() -> Refused:
    """400: more than 50 ids."""
    return _refused(
        400,
        "The request specifies an invalid filter parameter.",
        "youtube.parameter",
        "invalidFilters",
        "parameters.",
        "other",
    )


def invalid_page_token() -> Refused:
    """400: a page token that was not given out for this very listing."""
    return _refused(
        400, "The request specifies an invalid page token.", "youtube.parameter", "invalidPageToken", "pageToken"
    )


def unlistable_playlist() -> Refused:
    """404: the items of a playlist that does not exist (or not yet) were asked for."""
    message = "The playlist identified with the request's <code>playlistId</code> parameter cannot be found."
    return _refused(404, message, "youtube.playlistItem", "playlistNotFound", "playlistId")


def forbidden_playlist() -> Refused:
    """403: somebody else's private playlist."""
    message = "The request is not properly authorized to retrieve the specified playlist."
    return _refused(403, message, "youtube.playlistItem", "playlistItemsNotAccessible")


def closed_list(playlist_id: str) -> Refused:
    """403: Watch Later (`WL`) or History (`HL`), which the API no longer shows. Documented, not recorded."""
    if playlist_id == "WL":
        message, reason = (
            "Items in 'watch later' playlists are not accessible through the API.",
            "watchLaterNotAccessible",
        )
    else:
        message, reason = "Watch history data cannot be retrieved through the API.", "watchHistoryNotAccessible"
    return _refused(403, message, "youtube.playlistItem", reason)


def unsupported_playlist(what: str = "insert videos into") -> Refused:
    """400: a list that the API does not write (Watch Later, History, Liked, uploads)."""
    message = f"The API does not support the ability to {what} the specified playlist."
    return _refused(400, message, "youtube.playlistItem", "playlistOperationUnsupported", "playlistId")


def bad_position() -> Refused:
    """400: an insert behind the end."""
    return _refused(400, "Request contains an invalid argument.", "global", "badRequest", status="INVALID_ARGUMENT")


def video_not_found() -> Refused:
    """404: the video to insert was deleted or never existed."""
    return _refused(404, "Video not found.", "youtube.playlistItem", "videoNotFound")


def private_video() -> Refused:
    """400: the video to insert is somebody's private one."""
    return _refused(400, "Precondition check failed.", "global", "failedPrecondition", status="FAILED_PRECONDITION")


def no_such_target() -> Refused:
    """404: an insert into a playlist that is gone."""
    return _refused(404, "Playlist not found.", "youtube.playlistItem", "playlistNotFound")


def playlist_full() -> Refused:
    """403: the playlist holds as many items as it may. Documented, not recorded."""
    message = "The playlist already contains the maximum allowed number of items."
    return _refused(403, message, "youtube.playlistItem", "playlistContainsMaximumNumberOfVideos")


def manual_sort_required() -> Refused:
    """400: a position in a playlist that YouTube sorts by itself. Documented, not recorded."""
    message = (
        "The request is attempting to set the playlist item's position, but the playlist does not use manual sorting."
    )
    return _refused(400, message, "youtube.playlistItem", "manualSortRequired")


def no_resource() -> Refused:
    """400: a move that does not say which video it moves."""
    return _refused(400, "Resource type not supported.", "youtube.playlistItem", "invalidResourceType")


def invalid_item_position() -> Refused:
    """400: a move to the end's far side."""
    return _refused(400, "Invalid playlist item position.", "youtube.playlistItem", "invalidPlaylistItemPosition")


def item_gone_on_move() -> Refused:
    """400: a move of an item that is gone."""
    return _refused(400, "Invalid specified snippet.", "youtube.playlistItem", "invalidSnippet")


def item_gone() -> Refused:
    """404: a delete of an item that is gone."""
    return _refused(404, "Playlist item not found.", "youtube.playlistItem", "playlistItemNotFound", "id")


def bad_snippet() -> Refused:
    """400: a title or description that is too long or holds a tag."""
    return _refused(400, "Invalid playlist snippet.", "youtube.playlist", "invalidPlaylistSnippet")


def no_title() -> Refused:
    """400: a playlist without a title."""
    return _refused(400, "The request must specify a playlist title.", "youtube.playlist", "playlistTitleRequired")


def playlist_gone() -> Refused:
    """404: a delete of a playlist that is gone."""
    return _refused(404, "Playlist not found.", "youtube.playlist", "playlistNotFound", "id")
