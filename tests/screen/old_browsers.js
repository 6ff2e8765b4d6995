// Reads [{ text, module }] from the standard input; of each tells why acorn refuses it, or which names it takes and gives.
const { readFileSync } = require("fs");
const { parse } = require(process.argv[2]);

const TAKES = { MemberExpression: (node) => !node.computed && node.property, NewExpression: (node) => node.callee, CallExpression: (node) => node.callee };
const GIVES = {
  Property: ({ key }) => key, MethodDefinition: ({ key }) => key, PropertyDefinition: ({ key }) => key, ImportSpecifier: ({ local }) => local,
  VariableDeclarator: ({ id }) => id, FunctionDeclaration: ({ id }) => id, ClassDeclaration: ({ id }) => id,
};

function walk(node, names, own) {
  if (!node || typeof node !== "object") return;
  const [taken, given] = [TAKES, GIVES].map((kinds) => kinds[node.type]?.(node));
  if (taken && taken.name) names.add(taken.name);
  if (given && given.name) own.add(given.name);
  for (const key in node) walk(node[key], names, own);
}

function told({ text, module }) {
  const [names, own] = [new Set(), new Set()];
  try {
    walk(parse(text, { ecmaVersion: Number(process.argv[3]), sourceType: module ? "module" : "script" }), names, own);
    return { names: [...names], own: [...own] };
  } catch (error) {
    return { error: error.message, names: [], own: [] };
  }
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(told)));
