import { spawnSync } from 'node:child_process';
import { faultTool } from '../../support/fault-tools.mjs';

// A small network of the test's own: a bridge, and namespaces ("hosts") on it by virtual cables that can be pulled, cut, slowed and lost on. None has a way
// out: no default route, no forwarding.

let lans = 0;

function run(tool: 'ip' | 'bridge' | 'iptables', ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(faultTool(tool), args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${tool} ${args.join(' ')}: ${stderr.trim()}`);
  return stdout;
}

/** Where the work is done already (a namespace that is gone takes its cables along). */
function tryRun(tool: 'ip' | 'bridge' | 'iptables', ...args: string[]): string {
  return spawnSync(faultTool(tool), args, { encoding: 'utf8' }).stdout;
}

/** One machine on the network. */
export class Host {
  readonly namespace: string;
  readonly #cable: string;
  readonly #bridge: string;
  readonly #prefix: string;
  #address: string;

  constructor(namespace: string, cable: string, bridge: string, prefix: string, number: number) {
    this.namespace = namespace;
    this.#cable = cable;
    this.#bridge = bridge;
    this.#prefix = prefix;
    this.#address = `${prefix}.${number}`;
    run('ip', 'netns', 'add', namespace);
    run('ip', 'link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
    // Candidates of IPv6 would only double what is tested.
    this.exec('sh', '-c', 'echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6');
    run('ip', 'link', 'set', cable, 'master', bridge, 'up');
    run('ip', '-n', namespace, 'link', 'set', 'lo', 'up');
    run('ip', '-n', namespace, 'addr', 'add', `${this.#address}/24`, 'dev', 'eth0');
    run('ip', '-n', namespace, 'link', 'set', 'eth0', 'up');
  }

  get address(): string {
    return this.#address;
  }

  exec(...command: string[]): void {
    run('ip', 'netns', 'exec', this.namespace, ...command);
  }

  /** The cable out of the socket: the machine sees that its link is gone. */
  unplug(): void {
    run('ip', 'link', 'set', this.#cable, 'down');
  }
  plug(): void {
    run('ip', 'link', 'set', this.#cable, 'up');
  }

  /** The router stops forwarding: nothing arrives any more, and nothing tells the machine. */
  cut(): void {
    run('ip', 'link', 'set', this.#cable, 'nomaster');
  }
  mend(): void {
    run('ip', 'link', 'set', this.#cable, 'master', this.#bridge);
  }

  /** Another network: the old address is gone, a new one is there. */
  moveTo(number: number): void {
    this.#address = `${this.#prefix}.${number}`;
    run('ip', '-n', this.namespace, 'addr', 'flush', 'dev', 'eth0');
    run('ip', '-n', this.namespace, 'addr', 'add', `${this.#address}/24`, 'dev', 'eth0');
  }

  /** Reaches the server, but no other host that is isolated too: as behind two firewalls with no relay. */
  isolate(): void {
    run('bridge', 'link', 'set', 'dev', this.#cable, 'isolated', 'on');
  }

  /** This share (0 to 1) of the UDP packets that should arrive does not; 0 ends it. For poor networks: media suffers, signaling (TCP) does not. */
  lose(share: number): void {
    this.exec(faultTool('iptables'), '-F', 'INPUT');
    if (share > 0) this.exec(faultTool('iptables'), '-A', 'INPUT', '-p', 'udp', '-m', 'statistic', '--mode', 'random', '--probability', String(share), '-j', 'DROP');
  }

  remove(): void {
    for (const pid of tryRun('ip', 'netns', 'pids', this.namespace).split('\n').map(Number)) {
      try {
        if (pid > 1) process.kill(pid, 'SIGKILL');
      } catch {
        // Gone meanwhile.
      }
    }
    tryRun('ip', 'netns', 'del', this.namespace);
    tryRun('ip', 'link', 'del', this.#cable);
  }
}

export class Lan {
  /** This machine's own address on the network: where servers listen. */
  readonly address: string;
  readonly #tag: string;
  readonly #bridge: string;
  readonly #prefix: string;
  readonly #hosts: Host[] = [];
  readonly #onExit = () => this.close();

  constructor() {
    removeLeftOvers();
    this.#tag = `${process.pid}n${lans++}`;
    this.#bridge = `rtcb${this.#tag}`;
    const taken = run('ip', '-o', '-4', 'addr');
    const free = Array.from({ length: 250 }, (_, index) => `10.213.${((process.pid + index) % 250) + 1}`).find((prefix) => !taken.includes(`${prefix}.`));
    if (!free) throw new Error('no free subnet');
    this.#prefix = free;
    this.address = `${free}.1`;
    process.once('exit', this.#onExit);
    run('ip', 'link', 'add', this.#bridge, 'type', 'bridge');
    run('ip', 'addr', 'add', `${this.address}/24`, 'dev', this.#bridge);
    run('ip', 'link', 'set', this.#bridge, 'up');
  }

  addHost(): Host {
    const number = this.#hosts.length + 11;
    const host = new Host(`rtcn${this.#tag}-${number}`, `rtcv${this.#tag}${number}`, this.#bridge, this.#prefix, number);
    this.#hosts.push(host);
    return host;
  }

  close(): void {
    process.off('exit', this.#onExit);
    for (const host of this.#hosts.splice(0)) host.remove();
    tryRun('ip', 'link', 'del', this.#bridge);
  }
}

/** A test that was killed cleans nothing up; the next one does. Our names carry the process they belong to. */
function removeLeftOvers(): void {
  const isDead = (name: string): boolean => {
    const pid = Number(/^rtc[bnv](\d+)n\d/.exec(name)?.[1]);
    if (!pid) return false;
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  };
  for (const line of tryRun('ip', 'netns', 'list').split('\n')) {
    const [name = ''] = line.split(' ');
    if (isDead(name)) tryRun('ip', 'netns', 'del', name);
  }
  for (const [, name = ''] of tryRun('ip', '-o', 'link').matchAll(/^\d+: (rtc[bv][^@:\s]+)/gm)) if (isDead(name)) tryRun('ip', 'link', 'del', name);
}
