// ShareDB on PostgreSQL as its documentation sets it up: rich text over WebSocket.
import http from "node:http";
import { createRequire } from "node:module";

const require = createRequire(`${process.env.PEER_MODULES}/`);
const ShareDB = require("sharedb");
const PostgresDB = require("sharedb-postgres");
const richText = require("rich-text");
const { WebSocketServer } = require("ws");
const WebSocketJSONStream = require("@teamwork/websocket-json-stream");

ShareDB.types.register(richText.type);
const backend = new ShareDB({
  db: new PostgresDB({ connectionString: process.env.PEER_DATABASE_URL, max: 10 }),
});
const connection = backend.connect();

function made(number) {
  return new Promise((resolve, reject) => {
    const text = connection.get("texts", `${process.env.PEER_RUN}-${number}`);
    text.create([{ insert: process.env.PEER_WORDS }], "rich-text", (error) => (error ? reject(error) : resolve()));
  });
}

await Promise.all(Array.from({ length: Number(process.env.PEER_TEXTS) }, (_, number) => made(number)));
const server = http.createServer((_request, response) => response.end("ready"));
const sockets = new WebSocketServer({ server });
sockets.on("connection", (socket) => backend.listen(new WebSocketJSONStream(socket)));
server.listen(Number(process.env.PORT), "127.0.0.1");
