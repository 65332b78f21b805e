import assert from "node:assert/strict";
import { test } from "node:test";
import { NoRecordingFile, readRecordingFile } from "./recording_file";

const opens = '<script type="application/json" id="heatwake-recording">';

test("only the JSON is taken from a file, whatever stands around it", () => {
  const file = `<!doctype html><script>pwned()</script>${opens}{"heatwake":1,"title":"\\u003c/script>"}</script><img src=x onerror=pwned()>`;
  assert.deepEqual(readRecordingFile(file), { heatwake: 1, title: "</script>" });
});

test("a file that is no recording says so", () => {
  for (const file of ["", "<html>", `${opens}{"heatwake":1}`, `${opens}{</script>`, `${opens}[]</script>`, `${opens}{"heatwake":2}</script>`]) {
    assert.throws(() => readRecordingFile(file), NoRecordingFile, file);
  }
});
