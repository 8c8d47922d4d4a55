import { SMTPServer } from 'smtp-server'
import { docker } from './docker.ts'

/** A mail server on this machine that takes every mail from containers, and the settings that lead there. */
export async function createMailbox() {
  const server = new SMTPServer({ authOptional: true, disabledCommands: ['STARTTLS'], onData: takeAll })
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve))
  const address = server.server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const gateway = await docker(['network', 'inspect', 'bridge', '--format', '{{(index .IPAM.Config 0).Gateway}}'])
  return {
    settings: { SMTP_HOST: gateway || '172.17.0.1', SMTP_PORT: String(port), SMTP_SECURITY: 'none' },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

function takeAll(stream: NodeJS.ReadableStream, _session: unknown, done: (error?: Error) => void): void {
  stream.resume()
  stream.on('end', () => done())
}
