/** Starting and stopping the processes of a server in its own folder. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'

/** Starts a program with its output in a file, because an unread pipe would block it. */
export function spawned(program: string, args: readonly string[], folder: string, owner: object | undefined): ChildProcess {
  const log = openSync(join(folder, 'log'), 'a', 0o666)
  const child = spawn(program, args, { ...owner, cwd: folder, detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  return child
}

/** Waits for this process to end, and leaves nothing behind. Nothing of ours runs at a SIGKILL, but the pipe closes. */
export function guarding(folder: string): ChildProcess {
  // A file with a process id may be old, and the id another process's by now: only a process that names the folder is ended.
  const script = `cat
runs() { case "$(ps -o args= -p "$2")" in *"$1"*) ;; *) false ;; esac }
pid=$(head -n 1 "$1/data/postmaster.pid") && while runs "$1" "$pid"; do kill -QUIT "$pid"; sleep 0.05; done
rm -rf "$1"`
  const guard = spawn('sh', ['-c', script, 'sh', folder], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  guard.unref()
  return guard
}

export async function killed(server: ChildProcess): Promise<void> {
  const { pid } = server
  if (pid === undefined || isOver(server)) return
  // Stopped first, so that it starts no more processes.
  process.kill(pid, 'SIGSTOP')
  const children = execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }).match(/\d+/g) ?? []
  for (const one of [pid, ...children.map(Number)]) process.kill(one, 'SIGKILL')
  await ended(server)
}

export const isOver = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null

export async function ended(child: ChildProcess): Promise<void> {
  if (isOver(child)) return
  child.ref()
  await once(child, 'exit')
}
