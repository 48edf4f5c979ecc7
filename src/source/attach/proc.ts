/**
 * Other processes of this machine, as Linux tells of them under `/proc`. Everything here is
 * null or empty where the system is another one, or does not let us look.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { schedule } from '../../trace/thread-cpu.ts';

export const HAS_PROC = process.platform === 'linux';

export interface ProcFacts {
  pid: number;
  parentPid: number;
  uid: number;
  /** As the process sees itself, in its own namespace. */
  innerPid: number;
  command: string[];
  /** The program's file name; null where it may not be seen. */
  executable: string | null;
  /** Signals that it handles, or ignores: bit masks. */
  caught: bigint;
  ignored: bigint;
  /** It has a network of its own, as in a container. */
  isElsewhere: boolean;
}

export function procFacts(pid: number): ProcFacts | null {
  const status = read(`/proc/${pid}/status`);
  if (status === null) return null;
  const field = (name: string): string =>
    new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';
  const executable = link(`/proc/${pid}/exe`);
  return {
    pid,
    parentPid: Number(field('PPid')),
    uid: Number(field('Uid').split(/\s+/)[0]),
    innerPid: Number(field('NSpid').split(/\s+/).at(-1) || pid),
    command: commandOf(pid),
    executable: executable && basename(executable.replace(/ \(deleted\)$/, '')),
    caught: mask(field('SigCgt')),
    ignored: mask(field('SigIgn')),
    isElsewhere: isOther(pid, 'net'),
  };
}

/** The value of a variable that the process was started with. */
export function environmentOf(pid: number, name: string): string | null {
  const entry = read(`/proc/${pid}/environ`)
    ?.split('\0')
    .find((one) => one.startsWith(`${name}=`));
  return entry?.slice(name.length + 1) ?? null;
}

/** Ids of all processes. */
export function allPids(): number[] {
  return list('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

/** The system's numbers of a process's threads. */
export function threadsOf(pid: number): number[] {
  return list(`/proc/${pid}/task`).map(Number);
}

export interface ThreadTimes {
  ranMs: number;
  /** Could have run, and waited for a core. */
  queuedMs: number;
  /** Times that it gave up its core to wait for something. */
  waits: number;
}

export function threadTimes(pid: number, thread: number): ThreadTimes | null {
  const times = schedule(thread, pid);
  const status = read(`/proc/${pid}/task/${thread}/status`);
  if (times === null || status === null) return null;
  const waits = /^voluntary_ctxt_switches:\s*(\d+)/m.exec(status)?.[1];
  return { ranMs: times.ranMs, queuedMs: times.waitedMs, waits: Number(waits ?? 0) };
}

/** Ports on which a process listens, on addresses that loopback reaches. */
export function listeningPorts(pid: number): number[] {
  const inodes = new Set(
    list(`/proc/${pid}/fd`).flatMap(
      (fd) => /^socket:\[(\d+)\]$/.exec(link(`/proc/${pid}/fd/${fd}`) ?? '')?.[1] ?? [],
    ),
  );
  return listeners(pid).flatMap(({ port, inode }) => (inodes.has(inode) ? [port] : []));
}

/** Is anybody listening on the port, in the network that the process lives in? */
export function isPortTaken(pid: number, port: number): boolean {
  return listeners(pid).some((listener) => listener.port === port);
}

/** The process that listens on a port of this machine; null where it cannot be seen. */
export function pidOfListener(port: number): number | null {
  if (!isPortTaken(process.pid, port)) return null;
  return allPids().find((pid) => listeningPorts(pid).includes(port)) ?? null;
}

function listeners(pid: number): { port: number; inode: string }[] {
  return ['tcp', 'tcp6'].flatMap((table) =>
    (read(`/proc/${pid}/net/${table}`) ?? '')
      .split('\n')
      .slice(1)
      .flatMap((line) => {
        const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
        // 0A: it listens. The address is in hexadecimal, the port behind a colon.
        if (state !== '0A') return [];
        return [{ port: Number.parseInt(local.split(':')[1] ?? '', 16), inode }];
      }),
  );
}

function commandOf(pid: number): string[] {
  const text = read(`/proc/${pid}/cmdline`) ?? '';
  return text === '' ? [] : text.replace(/\0$/, '').split('\0');
}

function isOther(pid: number, space: string): boolean {
  const [theirs, ours] = [link(`/proc/${pid}/ns/${space}`), link(`/proc/self/ns/${space}`)];
  return theirs !== null && ours !== null && theirs !== ours;
}

function mask(text: string): bigint {
  return /^[0-9a-f]+$/i.test(text) ? BigInt(`0x${text}`) : 0n;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function link(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
