// grpc-js and connect, one step at a time: node clients.mjs CLIENT HOST:PORT DESCRIPTOR_SET ask|stream|refused. Prints "ok".
import assert from "node:assert";
import { readFileSync } from "node:fs";

const [client, address, descriptors, step] = process.argv.slice(2);
const name = "antigravityqa.gateway.v1.GatewayService";
const question = "Do scaling laws hold for jet foundation models?";
const INVALID_ARGUMENT = 3;

// Each gives ask(question) and stream(question), which fail with a `code`.
const clients = {
  async "grpc-js"() {
    const grpc = (await import("@grpc/grpc-js")).default;
    const loader = (await import("@grpc/proto-loader")).default;
    const loaded = loader.loadFileDescriptorSetFromBuffer(readFileSync(descriptors), { oneofs: true });
    const Service = grpc.loadPackageDefinition(loaded).antigravityqa.gateway.v1.GatewayService;
    const service = new Service(address, grpc.credentials.createInsecure(), { "grpc.enable_http_proxy": 0 });
    const deadline = () => ({ deadline: Date.now() + 60_000 });
    return {
      ask: (question) => new Promise((done, fail) => service.ask({ question }, deadline(), (error, reply) => (error ? fail(error) : done(reply)))),
      async stream(question) {
        const events = [];
        for await (const message of service.askStream({ ask: { question } }, deadline())) events.push(message.event);
        return events;
      },
    };
  },
  connect: (transport) => async () => {
    const { createClient } = await import("@connectrpc/connect");
    const { createFileRegistry, fromBinary } = await import("@bufbuild/protobuf");
    const { FileDescriptorSetSchema } = await import("@bufbuild/protobuf/wkt");
    const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(descriptors)));
    const service = createClient(registry.getService(name), transport(await import("@connectrpc/connect-node")));
    return {
      ask: (question) => service.ask({ question }, { timeoutMs: 60_000 }),
      async stream(question) {
        const events = [];
        for await (const message of service.askStream({ ask: { question } }, { timeoutMs: 60_000 })) events.push(message.event.case);
        return events;
      },
    };
  },
};
const baseUrl = `http://${address}`;
clients["connect, gRPC-Web"] = clients.connect((node) => node.createGrpcWebTransport({ baseUrl, httpVersion: "1.1" }));
clients["connect, gRPC"] = clients.connect((node) => node.createGrpcTransport({ baseUrl }));

const { ask, stream } = await clients[client]();
if (step === "ask") {
  assert((await ask(question)).answer.markdown.includes("[AG-"));
} else if (step === "stream") {
  const events = await stream(question);
  assert.deepEqual([events[0], events[1], events.at(-1)], ["sources", "coverage", "answer"]);
} else {
  await assert.rejects(ask(" "), (error) => error.code === INVALID_ARGUMENT);
}
console.log("ok");
process.exit(0);
