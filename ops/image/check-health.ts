import { get } from 'node:http'

// What the container's health check runs: exit code 0 when this process, API or worker, says it is ready.
const url = `http://127.0.0.1:${process.env.PORT ?? 8000}/api/v1/ready`

get(url, { timeout: 3000 }, (response) => {
  response.resume()
  process.exitCode = response.statusCode === 200 ? 0 : 1
})
  .on('timeout', () => process.exit(1))
  .on('error', () => process.exit(1))
