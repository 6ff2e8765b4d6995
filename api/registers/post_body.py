"""A post as a program or form hands it in."""

from datetime import date
from typing import Annotated

from pydantic import Field

from api.answers.bodies import Body

Code = Annotated[str, Field(min_length=1, max_length=200)]
Name = Annotated[str, Field(max_length=2000)]


class PostBody(Body):
    """All of a post but its code."""

    name: Name | None = Field(None, description="名称")
    kind: Code = Field(description="岗位类别:river_chief lake_chief road_chief grid_keeper")
    holder: Name | None = Field(None, description="任职人")
    valid_from: date | None = Field(None, description="生效日期,缺省今天")
    valid_to: date | None = Field(None, description="失效日期(不含),缺省无期")


class NewPost(PostBody):
    """A post with its code."""

    code: Code = Field(description="编码")
