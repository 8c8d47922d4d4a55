import { EventEmitter } from 'node:events'

// One signal per process. It carries nothing and may come in vain, which costs a waiting runner one query.
const enqueued = new EventEmitter().setMaxListeners(0)

/** Tells this process's runner or relay that there may be work; other processes find it by polling. */
export function announceJobs(): void {
  enqueued.emit('jobs')
}

export interface Pause {
  /** Resolves at `end()`, at once when that came since the last wait, or after `timeoutMs`. One caller at a time. */
  wait(timeoutMs: number): Promise<void>
  end(): void
}

/** A wait that can be cut short, and then is not waited at all next time. */
export function createPause(): Pause {
  let isOver = false
  let stopWaiting: (() => void) | undefined
  return {
    async wait(timeoutMs) {
      if (!isOver) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, timeoutMs)
          stopWaiting = () => {
            clearTimeout(timer)
            resolve()
          }
        })
        stopWaiting = undefined
      }
      isOver = false
    },
    end() {
      isOver = true
      stopWaiting?.()
    },
  }
}

/** A pause that ends when jobs are announced in this process, too. */
export function createWakeUp(): Pause & { close(): void } {
  const pause = createPause()
  enqueued.on('jobs', pause.end)
  return { ...pause, close: () => void enqueued.off('jobs', pause.end) }
}
