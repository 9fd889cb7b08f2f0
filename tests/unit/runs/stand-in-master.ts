import { servePage } from '../spark/serve-page.js';

/** A stand-in for Spark's master, whose `/json/` has what a test gives it. By default workers have 2 cores and 2 GB. */
export class StandInMaster {
  workers: { cores?: number; used?: number; memoryMb?: number; usedMb?: number; state?: string }[] = [{}];
  applications: { id?: string; name: string; cores: number }[] = [];

  /** Gives the address of its page, which is closed after the test. */
  serve(): Promise<string> {
    return servePage((request, response) => {
      response.statusCode = request.url === '/json/' ? 200 : 404;
      response.end(JSON.stringify(this.answer()));
    });
  }

  private answer(): object {
    const workers = this.workers.map(
      ({ cores = 2, used = 0, memoryMb = 2048, usedMb = 0, state = 'ALIVE' }, number) => ({
        id: `worker-${number}`,
        webuiaddress: `http://127.0.0.1:808${number}`,
        cores,
        coresused: used,
        memory: memoryMb,
        memoryused: usedMb,
        state,
      }),
    );
    const activeapps = this.applications.map(({ id = 'app-1', name, cores }) => ({
      id,
      name,
      cores,
      memoryperexecutor: 512,
      starttime: 1_795_532_887_743,
      state: cores === 0 ? 'WAITING' : 'RUNNING',
    }));
    return { status: 'ALIVE', workers, activeapps };
  }
}
