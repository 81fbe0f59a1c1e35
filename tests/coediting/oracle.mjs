/**
 * Answers what quill-delta makes of cases: reads {a, b, c} line by line (`a` a text, `b` and `c` changes of it),
 * writes one line each with compositions, transformations and inversions.
 */
import { createInterface } from "node:readline";

import Delta from "quill-delta";

for await (const line of createInterface({ input: process.stdin })) {
  const { a, b, c, at } = JSON.parse(line);
  const [text, left, right] = [new Delta(a), new Delta(b), new Delta(c)];
  const after = left.transform(right, true);
  process.stdout.write(
    `${JSON.stringify({
      applied: text.compose(left).ops,
      first: after.ops,
      last: left.transform(right, false).ops,
      both: left.compose(after).ops,
      whole: text.compose(left.compose(after)).ops,
      inverted: left.invert(text).ops,
      own: left.transformPosition(at, false),
      theirs: left.transformPosition(at, true),
    })}\n`,
  );
}
