import { startSmtpServer, type TestSmtpServerOptions } from '#support/smtp-server.ts'
import { bridgeAddress } from './docker.ts'

/** A mail server on this machine that containers reach, and the settings that lead them there. */
export async function startMailbox(onMessage?: TestSmtpServerOptions['onMessage']) {
  const { host, port, received, close } = await startSmtpServer({
    host: await bridgeAddress(),
    ...(onMessage && { onMessage }),
  })
  return { settings: { SMTP_HOST: host, SMTP_PORT: String(port), SMTP_SECURITY: 'none' }, received, close }
}
