/** A server plan. The sandbox has plans because clients check that a plan exists before they create a server. */
export interface Plan {
  readonly name: string;
  readonly core_number: number;
  /** Mebibytes. */
  readonly memory_amount: number;
  /** Gibibytes. */
  readonly storage_size: number;
  readonly storage_tier: string;
  /** Gibibytes a month. */
  readonly public_traffic_out: number;
}

function createPlan(cores: number, gigabytes: number, storage: number): Plan {
  return {
    core_number: cores,
    memory_amount: gigabytes * 1024,
    name: `${cores}xCPU-${gigabytes}GB`,
    public_traffic_out: 0,
    storage_size: storage,
    storage_tier: 'maxiops',
  };
}

export const PLANS: readonly Plan[] = [
  { ...createPlan(1, 1, 10), name: 'DEV-1xCPU-1GB-10GB', storage_tier: 'standard' },
  createPlan(1, 1, 25),
  createPlan(1, 2, 50),
  createPlan(2, 4, 80),
  createPlan(4, 8, 160),
  createPlan(6, 16, 320),
  createPlan(8, 32, 640),
];

/** The name of the plan of a server whose cores and memory are chosen separately. */
export const CUSTOM_PLAN = 'custom';
