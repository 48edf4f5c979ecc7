/** Fastify's hello world; its port is its first line. Runs until it is ended. */
import Fastify from 'fastify';

const server = Fastify();
server.get('/', () => ({ hello: 'world' }));
await server.listen({ port: 0, host: '127.0.0.1' });
console.log(server.server.address().port);
