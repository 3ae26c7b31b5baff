// Node unpacks Brotli, which Python's standard library does not: the browser, and two archives of the libraries it needs.
import { createReadStream, createWriteStream, mkdirSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";

mkdirSync("unpacked", { recursive: true });
for (const name of ["chromium", "al2023.tar", "swiftshader.tar"]) {
  const packed = createReadStream(`node_modules/@sparticuz/chromium/bin/${name}.br`);
  await pipeline(packed, createBrotliDecompress(), createWriteStream(`unpacked/${name}`));
}
