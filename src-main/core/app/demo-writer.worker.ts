import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { writeDemo } from '../../../db/tracer/demo';

/** Writes the demo traces through the store's gate, as an agent would; its own thread, because making them is work. */
const target = z.object({ url: z.string(), token: z.string().nullable() }).parse(workerData);
const { sessions } = await writeDemo(target);
parentPort?.postMessage({ sessions });
