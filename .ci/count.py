"""Counts the test cases of one `bazel test`: count.py BUILD_EVENTS EXIT_STATUS prints "PASSED FAILED".

A test that failed without saying which case is one failed case.  So is a build that failed, or in which nothing ran.
"""

import json
import sys
import urllib.parse
import urllib.request
import xml.etree.ElementTree as xml


def cases_of(path):
    """The (passed, failed) test cases in a test.xml; skipped and disabled ones are neither."""
    passed = failed = 0
    try:
        cases = list(xml.parse(path).iter("testcase"))
    except (OSError, xml.ParseError):
        return 0, 0
    for case in cases:
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is None and case.get("status", "run") == "run":
            passed += 1
    return passed, failed


def count(events):
    """The (passed, failed) test cases of a build, shard by shard."""
    passed = failed = 0
    for event in events:
        result = event.get("testResult")
        if result is None:
            continue
        of_this = [0, 0]
        for output in result.get("testActionOutput", []):
            if output["name"] == "test.xml":
                of_this = cases_of(urllib.request.url2pathname(urllib.parse.urlparse(output["uri"]).path))
        passed += of_this[0]
        failed += of_this[1] if result["status"] == "PASSED" else max(1, of_this[1])
    return passed, failed


def main(path, status):
    with open(path, encoding="utf-8") as lines:
        passed, failed = count(json.loads(line) for line in lines)
    if failed == 0 and (status != 0 or passed == 0):
        failed = 1
    print(passed, failed)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
