"""Run processes one after the other and measure them: started as a script, it knows nothing but the standard library.

A process's peak memory begins with what its parent held when it was started. So the parent is this, not the benchmark.
stdin: {"calls": [{"argv": […], "cwd": …}], "environment": {…}}. stdout: {"seconds": …, "peak_kib": …, "ended": [{…}]}.
"""

import json
import os
import subprocess
import sys
import tempfile
import time


def main() -> None:
    given = json.load(sys.stdin)
    ended, peak, start = [], 0, time.perf_counter()
    for call in given["calls"]:
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = subprocess.Popen(
                call["argv"],
                cwd=call["cwd"],
                env=given["environment"],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            peak = max(peak, usage.ru_maxrss)
            texts = {}
            for name, file in (("out", out), ("err", err)):
                file.seek(0)
                texts[name] = file.read().decode(errors="replace")
            ended.append({"code": process.returncode, **texts})
    json.dump({"seconds": time.perf_counter() - start, "peak_kib": peak, "ended": ended}, sys.stdout)


if __name__ == "__main__":
    main()
