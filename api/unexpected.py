"""What nobody foresaw: written to the log under a number, and told in one sentence."""

import logging
import os
import tempfile
import traceback
import uuid
from logging.handlers import RotatingFileHandler
from pathlib import Path

from api.cluster.place import data_folder, open_own

LOG_FILE = "huashan.log"


def written_down(error: BaseException) -> str:
    """Write the error with its traceback to the log and answer the sentence that says where.

    Where the data folder has no log yet or is closed to this user, the log goes to the folder for temporary files.
    """
    number = uuid.uuid4().hex[:8]
    text = f"error {number}\n{''.join(traceback.format_exception(error))}"
    for file in (data_folder() / "log" / LOG_FILE, Path(tempfile.gettempdir()) / f"huashan-{os.geteuid()}.log"):
        try:
            with open_own(file, "a+") as log:
                log.write(text)
        except OSError:
            continue
        return f"出现意外错误(编号 {number},{type(error).__name__}):详情已写入 {file},请把编号和该文件交给维护人员。"
    return f"出现意外错误(编号 {number}):{type(error).__name__},且日志无法写入,请运行 huashan doctor。"


def log_to(folder: Path) -> None:
    """Send every log record of this process to a file in the folder, of bounded size."""
    handler = RotatingFileHandler(folder / LOG_FILE, maxBytes=10_000_000, backupCount=3, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
