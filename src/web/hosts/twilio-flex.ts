/**
 * The desk in a Twilio Flex plug-in, beside the tasks. The interaction's id is the task's. `mintToken` gives the Flex
 * token to a back end that has it validated by Twilio before it asks for a desk token.
 */
import type { Theme } from "../../desk/protocol.ts";
import { type DeskOptions, type HostedDesk, openDesk } from "./page.ts";

type Selected = { sid?: string; task?: { taskSid?: string } };

/** What is used of `@twilio/flex-ui` 2.x: its actions, and the state in which the selected task stands. */
export type Flex = {
  Actions: {
    addListener(name: "afterSelectTask", listener: (selected: Selected) => void): void;
    removeListener(name: "afterSelectTask", listener: (selected: Selected) => void): void;
  };
};

export type TwilioFlexOptions = Omit<DeskOptions, "interaction"> & {
  flex: Flex;
  /** The task that is selected already, if any. */
  task?: string;
  theme?: Theme;
};

export function openDeskInTwilioFlex({ flex, task, ...options }: TwilioFlexOptions): HostedDesk {
  const desk = openDesk({ ...options, interaction: task ?? null });
  // A selection names the reservation in `sid`; only the task has an id that stays.
  const select = (selected: Selected) => desk.show(selected.task?.taskSid ?? null);
  flex.Actions.addListener("afterSelectTask", select);
  return {
    ...desk,
    close() {
      flex.Actions.removeListener("afterSelectTask", select);
      desk.close();
    },
  };
}
