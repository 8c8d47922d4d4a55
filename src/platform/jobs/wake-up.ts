import { EventEmitter } from 'node:events'

// One signal per process. It carries nothing and may come in vain, which costs a waiting runner one query.
const enqueued = new EventEmitter().setMaxListeners(0)

/** Tells this process's runner or relay that there may be work; other processes find it by polling. */
export function announceJobs(): void {
  enqueued.emit('jobs')
}

export interface WakeUp {
  /** Ends the present wait, or the next one at once. */
  now(): void
  /** Resolves at the next announcement, at `now()`, or after `timeoutMs`. One caller at a time. */
  wait(timeoutMs: number): Promise<void>
  close(): void
}

export function createWakeUp(): WakeUp {
  let isAwake = false
  let stopWaiting: (() => void) | undefined

  function now(): void {
    isAwake = true
    stopWaiting?.()
  }
  enqueued.on('jobs', now)

  return {
    now,
    async wait(timeoutMs) {
      if (!isAwake) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, timeoutMs)
          stopWaiting = () => {
            clearTimeout(timer)
            resolve()
          }
        })
        stopWaiting = undefined
      }
      isAwake = false
    },
    close: () => void enqueued.off('jobs', now),
  }
}
