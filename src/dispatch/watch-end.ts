/**
 * Why a watch ended, as counted. All but `client` are clean ends of stream, after which a client resumes.
 * - `client`: it closed the connection · `deadline`: timeoutSeconds or the server's random limit
 * - `lagging`: its cursor fell off the history ring · `shutdown`: the server drains
 * - `error`: an ERROR event was its last · `reset`: the cache was stopped
 * - `broken`: its sink threw, which is a defect of this server
 */
export type WatchEnd = 'client' | 'deadline' | 'lagging' | 'shutdown' | 'error' | 'reset' | 'broken';
