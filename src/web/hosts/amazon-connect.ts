/**
 * The desk as a third-party app of the Amazon Connect agent workspace (not of a custom contact control panel). The page
 * that the workspace frames is one's own and hands over `AmazonConnectApp`. The workspace tells agent and contact
 * unsigned: `mintToken` must go to a back end at which the agent has signed in with the company's own sign-in.
 */
import { type DeskOptions, type HostedDesk, openDesk } from "./page.ts";

type CreateEvent = { context: { scope?: { contactId?: string } | undefined } };

/** What is used of `@amazon-connect/app`. */
export type WorkspaceApp = {
  init(hooks: {
    onCreate(event: CreateEvent): void | Promise<void>;
    onDestroy(event: unknown): void | Promise<void>;
  }): unknown;
};

export type AmazonConnectOptions = Omit<DeskOptions, "interaction"> & { app: WorkspaceApp };

/** Resolves once the workspace has made the app; with the contact in whose scope it was opened, if any. */
export function openDeskInAmazonConnect({ app, ...options }: AmazonConnectOptions): Promise<HostedDesk> {
  return new Promise((opened, failed) => {
    let desk: HostedDesk | undefined;
    app.init({
      onCreate({ context }) {
        try {
          desk = openDesk({ ...options, interaction: context.scope?.contactId ?? null });
          opened(desk);
        } catch (error) {
          failed(error);
        }
      },
      onDestroy: () => desk?.close(),
    });
  });
}
