"""Starts what a county needs on one machine, keeps it running, and stops it in order."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import http.client
import os
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

from taskflow import config
from taskflow.processes import ROOT, Child, Hurry, Stopped, answers, redis_command, redis_server, say, spawn, tail

CLI = [sys.executable, "-m", "taskflow.cli"]

SOCKET_PATH_LIMIT = 100  # the kernel takes 107 bytes; a little is left for what redis appends
ROOM_NEEDED = 64 * 1024 * 1024
REASONS: dict[int, str | None] = {
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "超出磁盘配额",
    errno.EROFS: "磁盘是只读的",
    errno.EACCES: "没有权限",
}
LOOPBACK = ("127.0.0.1", "::1", "localhost")
LAST_PORT = 65535
READY_WITHIN = 60.0  # seconds; two slow cores, and the first import compiles everything
TRIES_BEFORE_READY = 3


class CannotServe(Exception):
    """Why nothing was started, as a sentence for the person at the keyboard."""


# --- the data folder and the environment ---------------------------------------------------------


def data_folder(environ: Mapping[str, str]) -> Path:
    """Where the county's data is kept: made if missing, and tried, before anything is started."""
    folder = Path(environ.get("TASKFLOW_DATA") or ROOT / "var").resolve()
    try:
        for each in (folder, folder / "logs"):
            each.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder, buffering=0) as probe:
            probe.write(bytes(4096))
    except OSError as error:
        reason = REASONS.get(error.errno or 0, error.strerror)
        raise CannotServe(
            f"数据目录 {folder} 不能写入：{reason}。请检查磁盘和权限，或用 TASKFLOW_DATA=另一目录 重新启动。"
        ) from error
    if (free := shutil.disk_usage(folder).free) < ROOM_NEEDED:
        raise CannotServe(
            f"数据目录 {folder} 所在磁盘只剩 {free // 1024 // 1024} MB，"
            "请先清理磁盘，或用 TASKFLOW_DATA=另一目录 重新启动。"
        )
    return folder


def secret_key(folder: Path) -> str:
    """The key that signs sessions in the local mode: made once, so that a restart signs nobody out."""
    path = folder / "secret_key"
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=folder) as file:  # only its owner may read it
            file.write(secrets.token_urlsafe(48))
            file.flush()
            with suppress(FileExistsError):  # somebody was faster: theirs is the key
                path.hardlink_to(file.name)
    return path.read_text()


def redis_socket(folder: Path) -> Path:
    """The socket of our own Redis; elsewhere if the data folder's path is too long for one."""
    path = folder / "redis.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_LIMIT:
        return path
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    short = Path(f"/tmp/taskflow-{os.getuid()}-{digest}")  # noqa: S108  # checked on the next lines
    short.mkdir(mode=0o700, exist_ok=True)
    status = short.lstat()
    if short.is_symlink() or status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise CannotServe(f"{short} 不属于当前用户，请换一个路径较短的 TASKFLOW_DATA。")
    return short / "redis.sock"


def environment(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """What every child is told. What the administrator has set is left as it is."""
    defaults = {
        "TASKFLOW_LOCAL": "1",
        "TASKFLOW_DATA": str(folder),
        "REDIS_URL": f"unix://{quote(str(redis_socket(folder)))}",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }
    told = defaults | {name: value for name, value in environ.items() if value} | {"TASKFLOW_DATA": str(folder)}
    if told["TASKFLOW_LOCAL"] == "1" and "SECRET_KEY" not in told:
        told["SECRET_KEY"] = secret_key(folder)
    return told


@contextmanager
def only_one(folder: Path, address: str) -> Iterator[None]:
    """Two Redis servers on one data folder would destroy it: the second `./run` stops here."""
    with (folder / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            raise CannotServe(f"taskflow 已在这个数据目录上运行：{lock.read().strip()}") from error
        lock.truncate(0)
        lock.write(f"{address}（进程 {os.getpid()}）\n")
        lock.flush()
        yield


# --- the whole -----------------------------------------------------------------------------------


def own_redis(folder: Path, environ: Mapping[str, str]) -> Child:
    """Our own Redis, not yet started."""
    program = redis_server()
    if program is None:
        raise CannotServe("没有找到 redis-server：请安装 redis-server，或用 REDIS_URL 指定一个。")
    path = redis_socket(folder)
    if answers(environ["REDIS_URL"]):
        raise CannotServe(f"已有 Redis 在 {path} 上运行，请先停止它。")
    (folder / "redis").mkdir(exist_ok=True)
    command = redis_command(program, path, folder / "redis", keep=True)
    return Child("redis", "Redis ", command, 10, environ, folder / "logs" / "redis.log")


def step(name: str, environ: Mapping[str, str], refusal: str) -> None:
    """Run one command of the application to its end."""
    process = spawn([*CLI, name], environ)
    try:
        code = process.wait()
    except Stopped:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
        process.kill()
        raise
    if code:
        raise CannotServe(refusal)


def port_number(text: str) -> int:
    """The port, or a refusal in words."""
    if not text.isdecimal() or not 0 < int(text) <= LAST_PORT:
        raise CannotServe(f"PORT={text} 不是端口号（1–{LAST_PORT}）。")
    return int(text)


def check_port(host: str, port: int) -> None:
    """Refuse early and in words; gunicorn would retry for a while and then say it in a log."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise CannotServe(f"没有权限使用端口 {port}，请换一个，例如 PORT=8000 ./run") from error
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CannotServe(f"端口 {port} 已被别的程序占用，请换一个，例如 PORT={port + 1} ./run") from error
            raise CannotServe(f"不能在 {host}:{port} 上提供服务（{error.strerror}）。") from error


def healthy(host: str, port: int) -> bool:
    """Whether the web server answers, asked directly: a proxy in the environment is no obstacle."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def web_command(bind: str) -> list[str]:
    """Two processes, so that a slow page or a crash in one leaves the other."""
    options = "--worker-class gthread --threads 8 --workers 2 --timeout 60 --graceful-timeout 8"
    return [
        *(sys.executable, "-m", "gunicorn", *shlex.split(options)),
        *("--no-control-socket", "--access-logfile", "-", "--bind", bind, "wsgi:app"),
    ]


def wait_until_ready(children: list[Child], host: str, port: int) -> None:
    """Wait for the page; give up with the web server's own last words."""
    web = next(child for child in children if child.name == "web")
    until = time.monotonic() + READY_WITHIN
    while not healthy(host, port):
        for child in children:
            child.watch()
        if web.failures >= TRIES_BEFORE_READY or time.monotonic() > until:
            raise CannotServe(f"网站没有启动成功，日志 {web.log} 最后几行：\n{tail(web.log)}")
        time.sleep(0.1)


def wait_for_redis(child: Child | None, url: str) -> None:
    """Wait for Redis; ours also reads its file first, somebody else's gets five seconds."""
    until = time.monotonic() + (60 if child else 5)
    while not answers(url):
        died = child and child.process and child.process.poll() is not None
        if died or time.monotonic() > until:
            words = f"日志最后几行：\n{tail(child.log)}" if child else "请检查 REDIS_URL。"
            raise CannotServe(f"Redis 没有应答。{words}")
        time.sleep(0.02)


def check_secret(environ: Mapping[str, str]) -> None:
    """Refuse before anything is started; the web server would say it in its log."""
    try:
        config.check(environ)
    except config.Unsafe as error:
        raise CannotServe(str(error)) from error


def serve(folder: Path, environ: Mapping[str, str], hurry: Hurry) -> NoReturn:
    """Start everything, tell where it is, watch it; leave only by an exception."""
    check_secret(environ)
    host = environ.get("HOST", "127.0.0.1")
    port = port_number(environ.get("PORT", "8000"))
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # a look-up, no bind
    address = f"http://{f'[{near}]' if ':' in near else near}:{port}/"
    logs = folder / "logs"
    running: list[Child] = []
    with only_one(folder, address):
        check_port(host, port)
        try:
            own = None if os.environ.get("REDIS_URL") else own_redis(folder, environ)
            if own:
                running.append(own)
                own.start()
            wait_for_redis(own, environ["REDIS_URL"])
            say("准备数据库")
            step("upgrade", environ, "数据库没有准备好，原因见上；请检查 DATABASE_URL 或数据目录。")
            step("load", environ, "示例数据没有载入，原因见上。")
            bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
            for name, label, command, patience in (
                ("worker", "后台任务", [*CLI, "work"], 20),
                ("clock", "时钟", [*CLI, "clock"], 5),
                ("web", "网站", web_command(bind), 10),
            ):
                child = Child(name, label, command, patience, environ, logs / f"{name}.log")
                running.append(child)
                child.start()
            say("启动网站、后台任务和时钟")
            wait_until_ready(running, near, port)
            step("signins", environ, "不能列出示例登录名，原因见上。")
            if host not in LOOPBACK and environ["TASKFLOW_LOCAL"] == "1":
                say(f"注意：{host} 上的其他机器也能用这些示例账号登录。")
            say(f"已就绪：{address}   日志：{logs}   按 Ctrl-C 停止")
            while True:
                for child in running:
                    child.watch()
                time.sleep(0.5)
        finally:
            hurry.asked = max(hurry.asked, 1)  # from here on a signal only counts
            if running:
                say("正在停止")
            for child in reversed(running):  # web, clock, worker, and Redis when nobody needs it
                child.stop(hurry)


def main(arguments: list[str]) -> int:
    """`python -m taskflow.serve`, or `… taskflow ARGS` for one command in the same environment."""
    hurry = Hurry()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, hurry.ask)
    try:
        folder = data_folder(os.environ)
        environ = environment(folder, os.environ)
        if arguments[:1] == ["taskflow"]:
            command = [*CLI, *arguments[1:]]
            os.execve(command[0], command, environ)  # noqa: S606  # our own interpreter
        serve(folder, environ, hurry)
    except CannotServe as refusal:
        print(f"✗ {refusal}", file=sys.stderr)
        return 1
    except Stopped:
        say("已停止")
        return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
