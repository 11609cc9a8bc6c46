"""Backward programs written by hand, in many styles, each with mistakes to plant.

A plant is what to replace, by what, the number of the line (from 1) that is then the wrong one, and its name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Plant = tuple[str, str, int, str]


@dataclass(frozen=True)
class Written:
    """A function, a right backward program for it, a point, and mistakes."""

    name: str
    source: str
    backward: str
    at: Mapping[str, Any]
    plants: tuple[Plant, ...] = ()


XY = {"x": 1.3, "y": 0.7}
PROGRAMS = (
    Written(
        "bars",
        "def f(x, y):\n    a = x*y\n    b = sin(a)\n    return b + x",
        """def backward(x, y):
    a = x*y
    b = sin(a)
    b_bar = 1
    a_bar = b_bar*cos(a)
    x_bar = 1 + a_bar*y
    y_bar = a_bar*x
    return [x_bar, y_bar]""",
        XY,
        (
            ("cos(a)", "sin(a)", 5, "wrong-function"),
            ("cos(a)", "cos(x)", 5, "wrong-point"),
            ("b_bar*cos(a)", "-b_bar*cos(a)", 5, "sign"),
            ("b_bar*cos(a)", "b_bar + cos(a)", 5, "added"),
            ("b_bar*cos(a)", "b_bar", 5, "chain"),
            ("b_bar = 1", "b_bar = b", 4, "seed"),
            ("b_bar = 1", "b_bar = b + x", 4, "seed"),
            ("1 + a_bar*y", "a_bar*y", 6, "accumulation"),
            ("1 + a_bar*y", "1 + a_bar*x", 6, "wrong-partial"),
            ("a_bar*x", "x", 7, "chain"),
            ("a_bar*x", "a_bar", 7, "product-factor"),
            ("a_bar*x", "a*x", 7, "value-for-adjoint"),
            ("[x_bar, y_bar]", "[y_bar, x_bar]", 8, "wrong-input"),
            ("a = x*y", "a = x + y", 2, "forward"),
        ),
    ),
    Written(
        "differentials",
        "a = x1/x2\nb = exp(x2)\nc = a - b\nreturn (sin(a) + c)*c",
        """dc = sin(a) + 2*c
da = cos(a)*c + dc
db = -dc
dx1 = da/x2
dx2 = db*exp(x2) - da*x1/x2**2
[dx1, dx2]""",
        {"x1": 1.5, "x2": 0.5},
        (
            ("dc = sin(a) + 2*c", "dc = sin(a) + c", 1, "product-half"),
            ("cos(a)*c + dc", "cos(a)*c", 2, "accumulation"),
            ("cos(a)*c + dc", "cos(a) + dc", 2, "product-factor"),
            ("db = -dc", "db = dc", 3, "sign"),
            ("da/x2\n", "da*x2\n", 4, "quotient-square"),
            ("da/x2\n", "1/x2\n", 4, "chain"),
            ("- da*x1/x2**2", "+ da*x1/x2**2", 5, "quotient-sign"),
            ("- da*x1/x2**2", "", 5, "accumulation"),
            ("db*exp(x2)", "db*x2*exp(x2 - 1)", 5, "exponential-as-power"),
            ("db*exp(x2)", "db*b*b", 5, "factor-twice"),
        ),
    ),
    Written(
        "micrograd",
        "def f(a, b):\n    c = a + b\n    d = a*b + b**3\n    e = c - d\n    return e**2/2",
        """def backward(a, b, c, d, e):
    e.grad = e
    c.grad = e.grad
    d.grad = -e.grad
    a.grad += c.grad
    b.grad += c.grad
    a.grad += d.grad*b
    b.grad += d.grad*(a + 3*b**2)
    return a.grad, b.grad""",
        {"a": -1.2, "b": 0.8},
        (
            ("e.grad = e\n", "e.grad = 2*e\n", 2, "constant-factor"),
            ("e.grad = e\n", "e.grad = e**2\n", 2, "exponent"),
            ("d.grad = -e.grad", "d.grad = e.grad", 4, "sign"),
            ("a.grad += d.grad*b", "a.grad = d.grad*b", 7, "accumulation"),
            ("a.grad += d.grad*b", "a.grad += d.grad*a", 7, "wrong-partial"),
            ("a.grad += d.grad*b", "a.grad += c.grad*b", 7, "wrong-adjoint"),
            ("    b.grad += c.grad\n", "", 7, "accumulation"),
            ("(a + 3*b**2)", "(a + b**2)", 8, "exponent"),
            ("(a + 3*b**2)", "(3*b**2)", 8, "accumulation"),
            ("d.grad*(a + 3*b**2)", "(a + 3*b**2)", 8, "chain"),
        ),
    ),
    Written(
        "a letter with a bar",
        "u = x**2 + y\nv = log(u)\nu*v",
        """ū = v
v̄ = u
ū += v̄/u
x̄ = ū*2*x
ȳ = ū
return [x̄, ȳ]""",
        XY,
        (
            ("ū += v̄/u", "ū = v̄/u", 3, "accumulation"),
            ("ū += v̄/u", "ū += v̄/x", 3, "wrong-point"),
            ("ū += v̄/u", "ū += v̄*v", 3, "wrong-function"),
            ("ū += v̄/u", "ū += 1/u", 3, "chain"),
            ("ū*2*x", "ū*x", 4, "exponent"),
            ("ū*2*x", "2*x", 4, "chain"),
            ("ȳ = ū", "ȳ = v̄", 5, "wrong-adjoint"),
        ),
    ),
    Written(
        "a loop with its states kept",
        "def f(x, y):\n    s = x\n    for i in range(4):\n        s = sin(s)*y\n    return s",
        """def backward(x, y):
    states = [x]
    for i in range(4):
        states.append(sin(states[i])*y)
    s_bar = 1
    y_bar = 0
    for i in [3, 2, 1, 0]:
        y_bar += s_bar*sin(states[i])
        s_bar = s_bar*cos(states[i])*y
    x_bar = s_bar
    return [x_bar, y_bar]""",
        XY,
        (
            ("y_bar += s_bar*sin(states[i])", "y_bar = s_bar*sin(states[i])", 8, "accumulation"),
            ("y_bar += s_bar*sin(states[i])", "y_bar += s_bar*states[i]", 8, "wrong-partial"),
            ("y_bar += s_bar*sin(states[i])", "y_bar += sin(states[i])", 8, "chain"),
            ("s_bar*cos(states[i])*y", "s_bar*cos(states[i])", 9, "product-factor"),
            ("s_bar*cos(states[i])*y", "-s_bar*cos(states[i])*y", 9, "sign"),
            ("s_bar*cos(states[i])*y", "cos(states[i])*y", 9, "chain"),
            ("s_bar = s_bar*cos(states[i])*y", "s_bar += s_bar*cos(states[i])*y", 9, "accumulation"),
            ("s_bar*cos(states[i])*y", "s_bar*cos(states[i + 1])*y", 9, "wrong-point"),
            ("s_bar = 1\n", "s_bar = states[4]\n", 5, "seed"),
        ),
    ),
    Written(
        "a vector by indices",
        "def f(w, x):\n    s = 0\n    for i in range(3):\n        s = s + w[i]*x[i]\n    return tanh(s)",
        """def backward(w, x, s):
    ds = 1 - tanh(s)**2
    dw = [0, 0, 0]
    dx = [0, 0, 0]
    for i in range(3):
        dw[i] += ds*x[i]
        dx[i] += ds*w[i]
    return [dw, dx]""",
        {"w": [0.5, -1.0, 0.3], "x": [1.0, 2.0, -0.7]},
        (
            ("1 - tanh(s)**2", "1 - tanh(s)", 2, "wrong-function"),
            ("1 - tanh(s)**2", "1 + tanh(s)**2", 2, "wrong-function"),
            ("ds*x[i]", "ds*w[i]", 6, "wrong-partial"),
            ("ds*x[i]", "x[i]", 6, "chain"),
            ("ds*w[i]", "-ds*w[i]", 7, "sign"),
            ("[dw, dx]", "[dx, dw]", 8, "wrong-input"),
        ),
    ),
    Written(
        "a vector by comprehensions",
        "def f(x):\n    m = sum(x)/len(x)\n    return sum([(v - m)**2 for v in x])",
        """def backward(x):
    m = sum(x)/len(x)
    m_bar = sum([-2*(v - m) for v in x])
    x_bar = [2*(v - m) + m_bar/len(x) for v in x]
    return x_bar""",
        {"x": [1.0, 2.5, -0.7]},
        (
            ("2*(v - m) + m_bar", "(v - m) + m_bar", 4, "exponent"),
            ("2*(v - m) + m_bar", "-2*(v - m) + m_bar", 4, "sign"),
        ),
    ),
    Written(
        "a layer",
        """def loss(W, b, x):
    z = [W[0][0]*x[0] + W[0][1]*x[1] + b[0], W[1][0]*x[0] + W[1][1]*x[1] + b[1]]
    h = [sigmoid(v) for v in z]
    return (h[0] - 1)**2 + h[1]**2""",
        """def backward(W, b, x, z, h):
    dh = [2*(h[0] - 1), 2*h[1]]
    dz = [dh[i]*h[i]*(1 - h[i]) for i in range(2)]
    dW = [[dz[i]*x[j] for j in range(2)] for i in range(2)]
    db = dz
    dx = [sum([dz[i]*W[i][j] for i in range(2)]) for j in range(2)]
    return [dW, db, dx]""",
        {"W": [[0.3, -0.2], [0.8, 0.5]], "b": [0.1, -0.4], "x": [1.2, 0.6]},
        (
            ("2*(h[0] - 1)", "(h[0] - 1)", 2, "exponent"),
            ("2*h[1]", "-2*h[1]", 2, "sign"),
            ("h[i]*(1 - h[i])", "h[i]*(1 + h[i])", 3, "wrong-function"),
            ("h[i]*(1 - h[i])", "z[i]*(1 - z[i])", 3, "wrong-point"),
            ("dh[i]*h[i]", "h[i]", 3, "chain"),
            ("dz[i]*x[j]", "dh[i]*x[j]", 4, "wrong-adjoint"),
            ("dz[i]*x[j]", "x[j]", 4, "chain"),
            ("db = dz", "db = dh", 5, "wrong-adjoint"),
        ),
    ),
    Written(
        "names of its own",
        "x*y*sin(x*y) + exp(x*y)",
        """def gradient(x, y):
    p = x*y
    grad_p = sin(p) + p*cos(p) + exp(p)
    return [grad_p*y, grad_p*x]""",
        XY,
        (
            ("p*cos(p)", "cos(p)", 3, "product-factor"),
            ("+ exp(p)", "", 3, "accumulation"),
            ("grad_p*x]", "grad_p*y]", 4, "wrong-partial"),
            ("grad_p*y,", "y,", 4, "chain"),
        ),
    ),
    Written(
        "adjoints of the output handed in",
        "def f(x, y):\n    r = sqrt(x**2 + y**2)\n    return atan2(y, x)*r",
        """def backward(x, y, out_grad):
    r = sqrt(x**2 + y**2)
    r_grad = out_grad*atan2(y, x)
    x_grad = r_grad*x/r - out_grad*r*y/(x**2 + y**2)
    y_grad = r_grad*y/r + out_grad*r*x/(x**2 + y**2)
    return x_grad, y_grad""",
        XY,
        (
            ("- out_grad*r*y", "+ out_grad*r*y", 4, "sign"),
            ("r_grad*x/r ", "r_grad*x/(2*r) ", 4, "exponent"),
            ("r_grad*y/r ", "r_grad*2*y ", 5, "chain"),
        ),
    ),
    Written(
        "branches",
        "def f(x, y):\n    if x > y:\n        a = x**3\n    else:\n        a = y*exp(x)\n    return a*y",
        """def backward(x, y):
    if x > y:
        a = x**3
    else:
        a = y*exp(x)
    a_bar = y
    y_bar = a
    if x > y:
        x_bar = a_bar*3*x**2
    else:
        x_bar = a_bar*y*exp(x)
        y_bar += a_bar*exp(x)
    return x_bar, y_bar""",
        XY,
        (
            ("a_bar*3*x**2", "a_bar*x**2", 9, "exponent"),
            ("a_bar*y*exp(x)", "a_bar*exp(x)", 11, "product-factor"),
            ("y_bar += a_bar*exp(x)", "y_bar = a_bar*exp(x)", 12, "accumulation"),
            ("y_bar += a_bar*exp(x)", "y_bar += exp(x)", 12, "chain"),
        ),
    ),
    Written(
        "nothing returned",
        "a = tanh(x)\nb = a*y\nc = b + a\nc**2",
        """dL_dc = 2*c
dL_db = dL_dc
dL_da = dL_dc + dL_db*y
dL_dx = dL_da*(1 - a**2)
dL_dy = dL_db*a""",
        XY,
        (
            ("dL_dc + dL_db*y", "dL_db*y", 3, "accumulation"),
            ("dL_dc + dL_db*y", "dL_dc*y", 3, "accumulation"),
            ("(1 - a**2)", "(1 - x**2)", 4, "wrong-point"),
            ("dL_db*a", "dL_db*y", 5, "wrong-partial"),
            ("2*c", "c", 1, "exponent"),
        ),
    ),
    Written(
        "used before it is complete",
        "a = x*y\nb = exp(a)\nc = log(b + 1)\na*c",
        """c_bar = a
b_bar = c_bar/(b + 1)
a_bar = c
a_bar += b_bar*b
x_bar = a_bar*y
y_bar = a_bar*x
[x_bar, y_bar]""",
        XY,
        (
            ("a_bar += b_bar*b\nx_bar = a_bar*y\n", "x_bar = a_bar*y\na_bar += b_bar*b\n", 4, "handed-on-early"),
            ("a_bar += b_bar*b", "a_bar += 2*b_bar*b", 4, "accumulation"),
            ("c_bar/(b + 1)", "c_bar/b", 2, "wrong-point"),
            ("c_bar/(b + 1)", "1/(b + 1)", 2, "chain"),
            ("c_bar/(b + 1)", "c/(b + 1)", 2, "value-for-adjoint"),
            ("a_bar += b_bar*b\n", "", 3, "accumulation"),
        ),
    ),
    Written(
        "a factor by itself",
        "u = x**3\nlog(u + y)",
        """u = x**3
t_bar = 1/(u + y)
u_bar = t_bar
x_bar = 3*x**2*u_bar
y_bar = t_bar
[x_bar, y_bar]""",
        XY,
        (
            ("1/(u + y)", "log(u + y)", 2, "wrong-function"),
            ("u_bar = t_bar", "u_bar = u", 3, "value-for-adjoint"),
            ("3*x**2", "3*x", 4, "exponent"),
            ("y_bar = t_bar", "y_bar = -t_bar", 5, "sign"),
        ),
    ),
    Written(
        "a network",
        """def net(W, b, v, x):
    h = []
    for i in range(2):
        z = b[i]
        for j in range(2):
            z = z + W[i][j]*x[j]
        h.append(tanh(z))
    y = 0
    for i in range(2):
        y = y + v[i]*h[i]
    return (y - 1)**2""",
        """def backward(W, b, v, x):
    h = []
    for i in range(2):
        z = b[i]
        for j in range(2):
            z = z + W[i][j]*x[j]
        h.append(tanh(z))
    y = v[0]*h[0] + v[1]*h[1]
    y_bar = 2*(y - 1)
    v_bar, b_bar, x_bar = [0, 0], [0, 0], [0, 0]
    W_bar = [[0, 0], [0, 0]]
    for i in range(2):
        v_bar[i] = y_bar*h[i]
        h_bar = y_bar*v[i]
        z_bar = h_bar*(1 - h[i]**2)
        b_bar[i] = z_bar
        for j in range(2):
            W_bar[i][j] = z_bar*x[j]
            x_bar[j] += z_bar*W[i][j]
    return W_bar[0] + W_bar[1] + b_bar + v_bar + x_bar""",
        {"W": [[0.3, -0.5], [0.8, 0.2]], "b": [0.1, -0.2], "v": [1.1, 0.6], "x": [0.7, 1.4]},
        (
            ("2*(y - 1)", "y - 1", 9, "exponent"),
            ("y_bar*h[i]", "h[i]", 13, "chain"),
            ("y_bar*v[i]", "v[i]", 14, "chain"),
            ("y_bar*v[i]", "y_bar*h[i]", 14, "wrong-partial"),
            ("(1 - h[i]**2)", "(1 - h[i])", 15, "wrong-function"),
            ("(1 - h[i]**2)", "(1 + h[i]**2)", 15, "wrong-function"),
            ("h_bar*(1 - h[i]**2)", "h_bar", 15, "chain"),
            ("z_bar*x[j]", "z_bar*x[i]", 18, "wrong-point"),
            ("x_bar[j] +=", "x_bar[j] =", 19, "accumulation"),
            ("z_bar*W[i][j]", "z_bar*W[j][i]", 19, "wrong-point"),
        ),
    ),
    Written(
        "a product of matrices",
        """def f(A, B):
    s = 0
    for i in range(2):
        for j in range(2):
            c = 0
            for k in range(2):
                c = c + A[i][k]*B[k][j]
            s = s + c*c
    return s""",
        """def backward(A, B):
    dA = [[0, 0], [0, 0]]
    dB = [[0, 0], [0, 0]]
    for i in range(2):
        for j in range(2):
            c = A[i][0]*B[0][j] + A[i][1]*B[1][j]
            dc = 2*c
            for k in range(2):
                dA[i][k] += dc*B[k][j]
                dB[k][j] += dc*A[i][k]
    return dA[0] + dA[1] + dB[0] + dB[1]""",
        {"A": [[1.0, 2.0], [0.5, -1.0]], "B": [[0.3, 0.7], [1.2, 0.4]]},
        (
            ("dc = 2*c", "dc = c", 7, "exponent"),
            ("dc*B[k][j]", "dc*B[j][k]", 9, "wrong-point"),
            ("dB[k][j] +=", "dB[k][j] =", 10, "accumulation"),
            ("dc*A[i][k]", "A[i][k]", 10, "chain"),
        ),
    ),
)
