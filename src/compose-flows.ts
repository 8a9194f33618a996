import { createFlowCaller, refusePrivateFlow } from "../adapters/webhook/index.ts";
import { type CustomFlow, createFormFlow, createMachineFlow, type Form } from "../flows/index.ts";
import { createGuardedDispatcher } from "../knowledge/ingest/index.ts";
import { createEgressLog } from "./compose-egress.ts";
import { fillSecrets, readFlowFiles, refuseFaults } from "./compose-flow-files.ts";
import type { Config } from "./config.ts";
import type { OpenedParts } from "./opened-parts.ts";
import type { Clock } from "./ports/clock.ts";
import type { FlowCaller } from "./ports/flow-caller.ts";
import type { Logger } from "./ports/logger.ts";
import { createInnerMachine } from "./runtime/index.ts";

const CONNECT_MS = 5_000;

type Call = NonNullable<Form["call"]>;

/** Puts secrets in their places: in the header of a call and its address, never in what is said. */
function withSecrets(form: Form, secrets: Readonly<Record<string, string>>): Form {
  if (form.call === undefined) return form;
  const headers = Object.fromEntries(
    Object.entries(form.call.headers).map(([name, value]) => [name, fillSecrets(value, secrets)]),
  );
  const call: Call = { ...form.call, url: fillSecrets(form.call.url, secrets), headers };
  return { ...form, call };
}

/** A caller that keeps to the rules for what goes out: private addresses only where they are named, and all of it logged. */
function guardedCaller({ flows }: Config, logger: Logger, parts: OpenedParts): FlowCaller {
  const onRequest = createEgressLog(logger);
  const common = { onRequest, connectMs: CONNECT_MS };
  const open = createGuardedDispatcher({ ...common, allowPrivate: true });
  const guarded = createGuardedDispatcher({ ...common, refuse: refusePrivateFlow });
  parts.add({ close: () => open.destroy() });
  parts.add({ close: () => guarded.destroy() });
  const named = new Set(flows.privateHosts);
  return createFlowCaller((host) => (named.has(host.replace(/^\[|\]$/gu, "")) ? open : guarded));
}

/** Makes the flows of the team; what they call goes through the rules for outgoing requests. */
export async function composeFlows(
  options: {
    readonly config: Config;
    readonly logger: Logger;
    readonly clock: Clock;
    /** Answers in place of other programs, for tests of conversations. */
    readonly caller?: FlowCaller;
    /** A file that cannot be used ends it; absent: it is left out, and the log tells. */
    readonly isStrict?: boolean;
  },
  parts: OpenedParts,
): Promise<readonly CustomFlow[]> {
  const { config, clock, caller, isStrict = false } = options;
  const logger = options.logger.child({ component: "flows" });
  const { folder, secrets } = config.flows;
  const files = await readFlowFiles(folder, secrets);
  if (isStrict) refuseFaults(files);
  for (const { file, line, message } of files.faults) {
    logger.error({ file, line, reason: message }, "a flow of the team is left out");
  }
  const { forms, machines } = files;
  if (forms.length + machines.length === 0) return [];
  const used = caller ?? guardedCaller(config, logger, parts);
  const flows = [
    ...forms.map((form) => createFormFlow(withSecrets(form, secrets), used)),
    ...machines.map(({ flow, reducer }) =>
      createMachineFlow(flow, {
        stepper: createInnerMachine(reducer, clock),
        caller: used,
        fillSecrets: (text) => fillSecrets(text, secrets),
        logger,
      }),
    ),
  ];
  logger.info({ flows: flows.map(({ name }) => name) }, "flows of the team");
  return flows;
}
