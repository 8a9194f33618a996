// A flow as a machine of XState 5. What runs in tasks is code of yours, in the process of the bot.
const ORDER = /\bA-\d{4}\b/i;

const say = (en, zh, options = {}) => ({ type: "say", params: { text: { en, zh }, options } });
const ASK_ORDER = say(
  "Which order? Its number looks like A-1234.",
  "哪个订单？订单号形如 A-1234。",
);
const REASONS = { en: ["it is broken", "it does not fit"], zh: ["坏了", "不合适"] };

export default ({ setup, assign }) => ({
  name: "return-order",
  title: { en: "Return an order", zh: "退货" },
  starts: ["I want to return my order", "send my order back", "return an item", "我要退货"],
  match: ["退货"],
  machine: setup({
    guards: {
      hasOrder: ({ event }) => ORDER.test(event.text),
      isChosen: ({ event }) => event.option !== null,
      isReturnable: ({ event }) => event.output.isReturnable,
    },
    actions: {
      noteOrder: assign({ order: ({ event }) => ORDER.exec(event.text)[0].toUpperCase() }),
      noteReason: assign({ reason: ({ event }) => event.text }),
    },
  }).createMachine({
    id: "return-order",
    initial: "beginning",
    context: { order: null, reason: null },
    states: {
      beginning: {
        on: {
          "message.received": [
            { guard: "hasOrder", target: "lookingUp", actions: "noteOrder" },
            { target: "askingOrder", actions: ASK_ORDER },
          ],
        },
      },
      askingOrder: {
        on: {
          "message.received": [
            { guard: "hasOrder", target: "lookingUp", actions: "noteOrder" },
            { target: "askingAgain", actions: ASK_ORDER },
          ],
        },
      },
      askingAgain: {
        on: {
          "message.received": [
            { guard: "hasOrder", target: "lookingUp", actions: "noteOrder" },
            { actions: "handover" },
          ],
        },
      },
      lookingUp: {
        invoke: {
          src: "lookUp",
          input: ({ context }) => context.order,
          onDone: [
            {
              guard: "isReturnable",
              target: "askingReason",
              actions: say("Why does it go back?", "退货的原因是什么？", REASONS),
            },
            {
              target: "refused",
              actions: say("That order is too old to be returned.", "这个订单已过退货期限。"),
            },
          ],
          onError: { actions: "handover" },
        },
      },
      askingReason: {
        on: {
          "message.received": [
            { guard: "isChosen", target: "returning", actions: "noteReason" },
            { actions: say("Please choose one.", "请选择一项。", REASONS) },
          ],
        },
      },
      returning: {
        invoke: {
          src: "register",
          input: ({ context }) => context,
          onDone: {
            target: "returned",
            actions: {
              type: "say",
              params: ({ event }) => ({
                text: {
                  en: `Your return has the number ${event.output}.`,
                  zh: `退货单号是 ${event.output}。`,
                },
              }),
            },
          },
          onError: { actions: "handover" },
        },
      },
      returned: { type: "final" },
      refused: { type: "final" },
    },
  }),
  tasks: {
    lookUp: async (order, { call }) => {
      const { status, body } = await call({
        url: `https://orders.example.com/v1/orders/${encodeURIComponent(order)}`,
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a secret, filled in at the call
        headers: { Authorization: "Bearer ${ORDERS_TOKEN}" },
      });
      if (status !== 200) throw new Error(`the shop answered ${status}`);
      return { isReturnable: body.days <= 30 };
    },
    register: async (request, { call }) => {
      const { body } = await call({
        url: "https://orders.example.com/v1/returns",
        method: "POST",
        body: request,
      });
      return body.number;
    },
  },
});
