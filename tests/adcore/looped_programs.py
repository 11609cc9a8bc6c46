"""Programs with loops: those that can be kept, and those that cannot, with a point each."""

from hypothesis import strategies as st

from tests.adcore.generated import expressions, points

VECTOR = [0.5, 1.5, 2.0, 0.3, 0.7, 1.1, 0.9, 1.3]
ONE, TWO, LIST = {"x": 0.3}, {"x": 0.5, "y": 0.7}, {"x": VECTOR}
KEPT = {
    "logistic": ("y = x\nfor i in range(12):\n    y = 3.7*y*(1 - y)\ny", ONE),
    "product": ("def f(x):\n    p = 1\n    for i in range(len(x)):\n        p = p*x[i]\n    return p", LIST),
    "Rosenbrock": (
        "def f(x):\n    s = 0\n    for i in range(len(x) - 1):\n"
        "        s = s + 100*(x[i + 1] - x[i]**2)**2 + (1 - x[i])**2\n    return s",
        LIST,
    ),
    "coefficients": (
        "def f(x):\n    s = 0\n    for i in range(8):\n        s = s + x[i]/(20 + i)\n    return s*s",
        LIST,
    ),
    "two at once": ("a = x\nb = y\nfor i in range(6):\n    a, b = b, a + b*x\n[a, b*a]", TWO),
    "momentum": (
        "v = 0\np = x\nfor i in range(2, 12, 2):\n    g = sin(p)/(20 + i)\n    v = 0.9*v - g*y\n    p += v\n"
        "p, v, g, i*x",
        TWO,
    ),
    "several in a row": (
        "s = x*y\nfor i in range(4):\n    s = sin(s)\nif s > 0.1:\n    s = s*2\nt = s*s\n"
        "for k in range(6):\n    t = t*cos(s)*y + t\nexp(t) + x",
        TWO,
    ),
    "indices": (
        "def f(x):\n    s = 0\n    for i in range(1, 4):\n        k = 2*i - 1\n"
        "        s = s*s + x[-i]*x[0] + x[k] + x[7 - i]\n    return s",
        LIST,
    ),
    "backwards": ("def f(x):\n    s = 1\n    for i in range(7, -1, -1):\n        s = x[i] + 1/s\n    return s", LIST),
    "elements": (
        "def f(x, w):\n    s = 0\n    for a, b in zip(x, w):\n        s = s + a*b*s + a\n    return s*x[0]",
        {"x": VECTOR[:4], "w": VECTOR[4:]},
    ),
    "plain list": (
        "def f(x):\n    c = [1, 2, 3, 0.5]\n    for i in range(4):\n        x = x*c[i] + sin(x)\n    return x",
        ONE,
    ),
    "rows": (
        "def f(W, x):\n    s = 0\n    for i in range(3):\n"
        "        s = tanh(s + W[i][0]*x[0] + W[i][1]*x[1])\n    return s",
        {"W": [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]], "x": [0.5, 1.5]},
    ),
    "loop in a loop": (
        "def f(x):\n    q = 0\n    for i in range(8):\n        for j in range(8):\n"
        "            q = q + x[i]*x[j]*cos(q)/(1 + i + j)\n    return q",
        LIST,
    ),
    "sums in a loop": (
        "def f(x):\n    q = 0\n    r = 1\n    for i in range(8):\n        for j in range(8):\n"
        "            q = q + x[i]*x[j]/(1 + i + j)\n            r = r\n    return q/x[0]*r",
        LIST,
    ),
    "short loop in a loop": (
        "def f(x):\n    for i in range(5):\n        for j in range(2):\n            x = sin(x) + 0.1*i*j\n    return x",
        ONE,
    ),
    "kept in an unrolled one": (
        "def f(x):\n    v = [x, 2*x]\n    for k in range(2):\n        v[k] = v[k]*x\n        for i in range(5):\n"
        "            x = sin(x)*v[1] + i\n    return x",
        ONE,
    ),
    "call": (
        "def g(a):\n    return a*a\ndef f(x):\n    for i in range(5):\n        x = g(x)*0.5 + x\n    return x",
        ONE,
    ),
    "own rule": (
        "def g(a):\n    return a*a\ndef g_partials(a, out):\n    return [2*a]\ndef f(x, y):\n"
        "    for i in range(4):\n        x = g(x)*0.5 + x*y\n    return x",
        TWO,
    ),
    "within a turn": ("for i in range(5):\n    t = x*i\n    x = x + 0.1*t*t\n[t, x]", ONE),
    "remainder of the turn": ("for i in range(9):\n    x = x + (7*i + 3) % 5*x + where(i*i > 10, x, 1)\nx", ONE),
    "power of an input": ("for i in range(5):\n    x = x + (1 + i)**y*0.1 + x**y\nx", TWO),
    "constants": ("for i in range(5):\n    c = 0.5\n    x = c*x + max(x, i, c)\nx*c", ONE),
    "no use": ("s = 0\nfor i in range(5):\n    s = s + i*x\n    y = y*y\ns", TWO),
    "branch on an outer number": (
        "n = 3\nfor i in range(5):\n    if n > 2:\n        x = x*0.5\n    x = where(i > 2, x + 1, x*x)\nx",
        ONE,
    ),
    "numbers in a dict": (
        "p = {'w': sin(x), 'b': 1, 'v': [x, x*x, 2, 3, 4], 3: x}\nfor i in range(5):\n"
        "    x = tanh(p['w']*x + p['b']) + 0.1*p['v'][i]*p[3]\nx*p['w']",
        ONE,
    ),
    "a loop over what is taken out": (
        "v = [[x, 2*x, 3*x, x], [2*x, x, x*x, 5*x]]\ns = 0\nfor a in v.pop():\n    s = s + a if s < 0 else s - a*a\n"
        "t = x\nfor i in range(5):\n    t = sin(t)\ns*t + len(v)",
        ONE,
    ),
    "values of a dict": (
        "p = {'a': x, 'b': 2}\nfor i in range(5):\n    x = 0.5*x + sum(p.values())*len(p.items())\nx",
        ONE,
    ),
    "a key in a dict": (
        "p = {'w': x}\nfor i in range(5):\n    if 'w' in p and 'b' not in p:\n        x = sin(x)*p['w']\nx",
        ONE,
    ),
    "a dict within a turn": ("for i in range(5):\n    q = {'a': x*i}\n    x = x + 0.1*q['a']\nx", ONE),
    "list made anew": ("v = [x, y]\nfor i in range(9):\n    v = [v[0]*v[1], sin(v[1]) + v[0]*i]\nv[0]*v[1]", TWO),
    "elements set": ("v = [x, y]\nfor i in range(9):\n    v[0] += 0.1*v[1]\n    v[-1] -= 0.1*v[0]\nv[0]*v[1]", TWO),
    "dict made anew": (
        "s = {'a': x, 'b': [y, 2]}\nfor i in range(4):\n"
        "    s = {'a': s['a']*0.5 + i, 'b': [s['b'][0] + s['a'], s['b'][1]]}\ns['a'] + s['b'][0]**s['b'][1]",
        TWO,
    ),
    "values of a dict that are set": (
        "p = {'a': x, 'v': [1, y]}\nfor i in range(4):\n    p['a'] = sin(p['a'])*i + x\n"
        "    p['v'] = [p['v'][1], p['a']]\np['a']*p['v'][0]",
        TWO,
    ),
    "heat": (
        "u = [x] + [0.0]*6 + [y]\nfor t in range(20):\n    new = [0.0]*8\n    new[0] = u[0]\n    new[7] = u[7]\n"
        "    for k in range(1, 7):\n        new[k] = u[k] + 0.2*(u[k - 1] - 2*u[k] + u[k + 1])\n    u = new\n"
        "sum(u)*u[4]",
        TWO,
    ),
    "waves": (
        "u = [0.0]*9\nfor k in range(9):\n    u[k] = x*k\np = u\nfor t in range(9):\n"
        "    n = [0.0] + [2*u[k] - p[k] + y*0.1*(u[k - 1] + u[k + 1]) for k in range(1, 8)] + [0.0]\n"
        "    p = u\n    u = n\nu[2] = x\nsum(u)*u[3] + sum(p)",
        TWO,
    ),
    "squared matrix": (
        "m = [[x, y], [y, 1]]\nfor i in range(6):\n"
        "    m = [[sum([m[a][k]*m[k][b] for k in range(2)])*0.5 for b in range(2)] for a in range(2)]\n"
        "m[0][0] + m[1][1]",
        TWO,
    ),
    "list in a loop in a loop": (
        "v = [x, y]\nfor i in range(5):\n    for j in range(5):\n        v[0] = v[0]*0.9 + 0.1*v[1]*j\n"
        "    v[1] = sin(v[1]) + i\nv[0]*v[1]",
        TWO,
    ),
    "list of the caller's": (
        "def f(x, y):\n    v = [x, y]\n    def g(w):\n        for i in range(5):\n            w[0] = w[0]*y\n"
        "        return 0\n    g(v)\n    return v[0]",
        TWO,
    ),
    "list with another name": ("v = [x, y]\nw = v\nfor i in range(5):\n    v[0] = v[0]*v[1]\nw[0] + w[1]", TWO),
    "lists exchanged": ("v = [x, y]\nw = [1.0, 2.0]\nfor i in range(5):\n    v, w = w, v\nv[0]*3 + w[1]", TWO),
    "part that stays plain": ("v = [x, 3]\nfor i in range(5):\n    v[0] = v[0]*y\nx**v[1] + v[0]", TWO),
    "the same twice": ("a = x\nb = x\nfor i in range(5):\n    a = a*b\n    b = a\na + b", ONE),
}
UNROLLED = {
    "decision": ("for i in range(6):\n    if x > 0.5:\n        x = x*x\n    else:\n        x = x + 0.3\nx", ONE),
    "decision by the turn": ("for i in range(6):\n    if i % 2 == 0:\n        x = x*x + 1\nx", ONE),
    "break": ("for i in range(6):\n    x = x*x\n    break\nx", ONE),
    "return": ("def f(x):\n    for i in range(6):\n        return x*i\n    return x", ONE),
    "square index": ("def f(x):\n    s = 0\n    for i in range(3):\n        s = s + x[i*i]\n    return s", LIST),
    "around the end": ("def f(x):\n    s = 0\n    for i in range(3):\n        s = s + x[i - 1]\n    return s", LIST),
    "append": ("def f(x):\n    v = []\n    for i in range(3):\n        v.append(x[i])\n    return v", LIST),
    "longer list": ("v = [x]\nfor i in range(3):\n    v += [x*i]\nv", ONE),
    "element": ("v = [x, x, x]\nfor i in range(3):\n    v[i] = v[i]*i\nv", ONE),
    "whole power": ("s = 0\nfor i in range(4):\n    s = s + x**i\ns", {"x": 0.0}),
    "counter": ("n = 0\nfor i in range(4):\n    n = n + 1\n    x = x*0.5\nx**n", {"x": -0.5}),
    "list becomes number": ("v = [x]\nfor i in range(4):\n    v = v[0]*x if i == 0 else v\nx", ONE),
    "variable changed": ("for i in range(4):\n    x = x*i\n    i = 7\nx*i", ONE),
    "large whole number": ("for i in range(6):\n    x = x + (i + 4194301)**3 % 1000\nx", ONE),
    "large product": ("for i in range(6):\n    k = i + 99999999\n    x = x + k*k*k % 1000\nx", ONE),
    "far away": ("for i in range(10**17, 10**17 + 6):\n    x = x*(i - 10**17)\nx", ONE),
    "remainders": ("s = 12345\nfor i in range(6):\n    s = (s*1103515245 + 12345) % 2147483648\n    x = x + s\nx", ONE),
    "exponent from a loop": (
        "n = 0\nfor i in range(3):\n    for j in range(3):\n        n = n + i - i\nx**n",
        {"x": 0.0},
    ),
    "element of a range": ("for i in range(6):\n    x = x + range(10**12)[i]\nx", ONE),
    "list left behind, as a condition": ("for i in range(6):\n    v = [x*i]\n    x = x*0.5\nx if v[0] else 2*x", ONE),
    "keys of a dict": ("p = {'a': x, 'b': 2*x, 'c': 3}\nfor k in p:\n    x = x*p[k]\nx", ONE),
    "items of a dict": ("p = {'a': x, 'b': 2*x, 'c': 3}\nfor k, v in p.items():\n    x = x*v\nx", ONE),
    "key by the turn": ("p = {0: x, 1: 2*x, 2: x}\nfor i in range(3):\n    x = x + p[i]\nx", ONE),
    "key by the turn in a dict": ("p = {0: x}\nfor i in range(3):\n    x = x*x if i in p else 2*x\nx", ONE),
    "dict left behind": ("for i in range(4):\n    q = {'a': x*i}\n    x = 0.5*x\nq['a']", ONE),
    "dict left behind, as a condition": (
        "for i in range(6):\n    q = {'a': x*i}\n    x = x*0.5\nx if q['a'] else 2*x",
        ONE,
    ),
    "dict changed by a call": (
        "p = {'a': x}\ndef g(b):\n    p['a'] = p['a'] + b\n    return b*b\n"
        "for i in range(4):\n    x = g(x)\nx + p['a']",
        ONE,
    ),
    "list that two names change": ("v = [x, x]\nw = v\nfor i in range(5):\n    v[0] = w[0]*v[1]\nw[0]", ONE),
    "row that stands in two places": ("m = [[x, 1]]*2\nfor i in range(5):\n    m[0][0] *= 0.5\nm[1][0]", ONE),
    "row that stands in two places, then another": (
        "v = [x, 1]\nm = [v, v]\nfor i in range(5):\n    m[0][0] *= 0.5\n    m = [[m[1][0], x], [m[0][0], x]]\nm[1][0]",
        ONE,
    ),
    "list taken over": (
        "v = [x, 2]\nw = [1, 2]\nfor i in range(5):\n    w = v\n    w[0] = w[0]*x\nw[0] + v[0]",
        ONE,
    ),
    "list with two names afterwards": (
        "v = [x, 2]\nw = [1, 2]\nfor i in range(5):\n    v = [v[0]*x, v[1]]\n    w = v\nw[0] = 7\nv[0]",
        ONE,
    ),
    "list set afterwards by the name of a turn": (
        "v = [x, 2]\nfor i in range(5):\n    t = [v[0]*x, v[1]]\n    v = t\nt[0] = 7*x\nv[0]",
        ONE,
    ),
    "lists exchanged, and one had": (
        "v = [x, 2]\nw = [1.0, 2.0]\nq = v\nfor i in range(5):\n    v, w = w, v\nq[0] = 9\nv[0]*3 + w[0]",
        ONE,
    ),
    "row set": (
        "m = [[x, 1], [2, x], [x, x]]\nfor i in range(3):\n    r = m[i]\n    r[0] = r[0]*x\nm[2][0] + m[0][0]",
        ONE,
    ),
    "row kept": (
        "m = [[x, 1], [2, x], [x, x]]\nr = [0, 0]\nfor i in range(3):\n    r = m[i]\nr[0] = 5*x\nm[2][0]",
        ONE,
    ),
    "list set, then another": (
        "s = {'v': [x, 2]}\nw = s['v']\nfor i in range(5):\n    s['v'][0] = 9*x\n"
        "    s['v'] = [s['v'][1], s['v'][0]*0.5]\ns['v'][0] + w[0]",
        ONE,
    ),
    "list that is run over": ("v = [x, 1, x]\ns = 0\nfor a in v:\n    v[1] = a*2\n    s = s + a\ns", ONE),
    "list of this turn, by the turn": (
        "for i in range(3):\n    q = [x, 2*x, 3*x]\n    x = x*0.5 + q[i]\nx",
        ONE,
    ),
    "list of another that grows": (
        "v = [x]\nfor i in range(3):\n    q = {'a': v}\n    q['a'] += [x]\n    x = x*0.5\nlen(v)*x",
        ONE,
    ),
    "empty list": ("v = []\nfor i in range(3):\n    v = [x]\n    x = x*x\nv[0]", ONE),
    "counter in a dict": (
        "s = {'n': 0, 'x': x}\nfor i in range(5):\n    s['n'] += 1\n    s['x'] *= 0.5\ns['x']**s['n']",
        ONE,
    ),
    "turns by the turn": ("for i in range(3):\n    for j in range(i):\n        x = sin(x) + j\nx", ONE),
}


ALIASES = ("v = [x, t]", "v = [t, v[0]]", "v[0], v[1] = v[1], t", "w = v", "v, w = w, [t, v[1]]", "w = [v[0], t]")
"""What a turn may do with two lists and a number."""


@st.composite
def looped_programs(draw: st.DrawFn) -> tuple[str, dict[str, float]]:
    """A body over x, y and z with one or two loops of up to three statements, and a point."""
    names, lines = (
        ("x", "y", "z", "v[0]", "v[1]", "w[0]"),
        ["v = [x, 0.5]", draw(st.sampled_from(["w = v", "w = [y, z]"]))],
    )
    for k in range(draw(st.integers(1, 2))):
        start, turns = draw(st.integers(-2, 2)), draw(st.integers(3, 6))
        lines.append(f"t{k} = {draw(expressions(names))}")
        names = (*names, f"t{k}")
        lines.append(f"for i in range({start}, {start + turns}):")
        targets = draw(st.lists(st.sampled_from([*names, "u"]), min_size=1, max_size=3))
        lines += [f"    {target} = tanh({draw(expressions((*names, 'i')))}) + 0.1*i" for target in targets]
        moves = draw(st.lists(st.sampled_from(ALIASES), max_size=2))
        lines += [f"    {move.replace('t', f't{k}')}" for move in moves]
        names = (*names, "u") if "u" in targets else names
    outputs = draw(st.lists(expressions(names), min_size=1, max_size=2))
    return "\n".join([*lines, "return [" + ", ".join(outputs) + "]"]), draw(points)
