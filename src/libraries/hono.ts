export { getRequestListener } from '@hono/node-server';
export { type Context, Hono } from 'hono';
export { HTTPException } from 'hono/http-exception';
