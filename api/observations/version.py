"""Which version of an observation a caller saw: ETag, and If-Match, so that nobody overwrites what they did not see."""

from api.answers.problems import Stale, Unconditional


def etag(version: int) -> str:
    """The tag of a row's version.

    >>> etag(5)
    '"5"'
    """
    return f'"{version}"'


def check_match(if_match: str | None, version: int) -> None:
    """Raises Unconditional without If-Match, Stale where it names another version.

    >>> check_match('"4", "5"', 5)
    """
    if if_match is None:
        raise Unconditional("修改须带请求头 If-Match,其值为读取时所得的 ETag:以免覆盖他人刚做的修改。")
    tags = [tag.strip() for tag in if_match.split(",")]
    if "*" not in tags and etag(version) not in tags:
        raise Stale("这条发现已被他人修改:请重新读取,核对后再改。")
