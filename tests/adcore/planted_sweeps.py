"""More backward programs written by hand, with mistakes to plant: networks, loops, fractions, helpers."""

from tests.adcore.planted_programs import Written

SWEEPS = (
    Written(
        "softmax loss",
        """def loss(z, t):
    m = max(z)
    e1 = exp(z[0] - m)
    e2 = exp(z[1] - m)
    s = e1 + e2
    p = e1/s
    return -t*log(p) - (1 - t)*log(1 - p)""",
        """def backward(z, t):
    m = max(z)
    e1 = exp(z[0] - m)
    e2 = exp(z[1] - m)
    s = e1 + e2
    p = e1/s
    dp = -t/p + (1 - t)/(1 - p)
    dt = -log(p) + log(1 - p)
    de1 = dp/s
    ds = -dp*e1/s**2
    de1 += ds
    de2 = ds
    dz = [de1*e1, de2*e2]
    return [dz, dt]""",
        {"z": [0.3, 1.1], "t": 0.8},
        (
            ("de1 += ds", "de1 = ds", 11, "accumulation"),
            ("ds = -dp*e1/s**2", "ds = dp*e1/s**2", 10, "quotient-sign"),
            ("ds = -dp*e1/s**2", "ds = -dp*e1/s", 10, "quotient-square"),
            ("de2*e2]", "de2]", 13, "chain"),
            ("+ (1 - t)/(1 - p)", "- (1 - t)/(1 - p)", 7, "sign"),
        ),
    ),
    Written(
        "rnn",
        """def f(w, u, xs):
    h = 0
    for x in xs:
        h = tanh(w*h + u*x)
    return h**2""",
        """def backward(w, u, xs):
    hs = [0]
    for x in xs:
        hs.append(tanh(w*hs[-1] + u*x))
    h_bar = 2*hs[-1]
    w_bar = 0
    u_bar = 0
    xs_bar = [0 for x in xs]
    for t in reversed(range(len(xs))):
        a = h_bar*(1 - hs[t + 1]**2)
        w_bar += a*hs[t]
        u_bar += a*xs[t]
        xs_bar[t] = a*u
        h_bar = a*w
    return [w_bar, u_bar, xs_bar]""",
        {"w": 0.6, "u": 0.9, "xs": [1.0, -0.5, 0.3]},
        (
            ("w_bar += a*hs[t]", "w_bar = a*hs[t]", 11, "accumulation"),
            ("w_bar += a*hs[t]", "w_bar += a*hs[t + 1]", 11, "wrong-point"),
            ("u_bar += a*xs[t]", "u_bar += h_bar*xs[t]", 12, "wrong-adjoint"),
            ("(1 - hs[t + 1]**2)", "(1 - hs[t]**2)", 10, "wrong-point"),
            ("h_bar = a*w", "h_bar = a*u", 14, "wrong-point"),
            ("h_bar = a*w", "h_bar += a*w", 14, "accumulation"),
            ("h_bar = 2*hs[-1]", "h_bar = 2*hs[0]", 5, "treated-as-constant"),
            ("h_bar = 2*hs[-1]", "h_bar = 1", 5, "chain"),
        ),
    ),
    Written(
        "quotient",
        "u = x**2 + 1\nv = x*y\nw = u/v\nreturn sqrt(w)",
        """w_bar = 1/(2*sqrt(w))
u_bar = w_bar/v
v_bar = -w_bar*u/v**2
x_bar = u_bar*2*x
x_bar += v_bar*y
y_bar = v_bar*x
[x_bar, y_bar]""",
        {"x": 1.4, "y": 0.9},
        (
            ("1/(2*sqrt(w))", "1/sqrt(w)", 1, "exponent"),
            ("1/(2*sqrt(w))", "sqrt(w)", 1, "not-differentiated"),
            ("w_bar/v\n", "w_bar*v\n", 2, "quotient-square"),
            ("v_bar = -w_bar*u/v**2", "v_bar = -u/v**2", 3, "chain"),
            ("v_bar = -w_bar*u/v**2", "v_bar = -u_bar*u/v**2", 3, "wrong-adjoint"),
            ("x_bar += v_bar*y", "x_bar = v_bar*y", 5, "accumulation"),
            ("x_bar += v_bar*y", "x_bar += u_bar*y", 5, "wrong-adjoint"),
            ("u_bar*2*x", "u_bar*x**2", 4, "not-differentiated"),
            ("u_bar*2*x", "u_bar + 2*x", 4, "added"),
            ("y_bar = v_bar*x", "y_bar = -v_bar*x", 6, "sign"),
        ),
    ),
    Written(
        "matrix loops",
        """def f(A, x):
    s = 0
    for i in range(2):
        r = 0
        for j in range(2):
            r += A[i][j]*x[j]
        s += r*r
    return s""",
        """def backward(A, x):
    dA = [[0, 0], [0, 0]]
    dx = [0, 0]
    for i in range(2):
        r = 0
        for j in range(2):
            r += A[i][j]*x[j]
        dr = 2*r
        for j in range(2):
            dA[i][j] += dr*x[j]
            dx[j] += dr*A[i][j]
    return [dA, dx]""",
        {"A": [[1.0, 2.0], [0.5, -1.0]], "x": [0.3, 0.8]},
        (
            ("dr = 2*r", "dr = r", 8, "exponent"),
            ("dx[j] += dr*A[i][j]", "dx[j] = dr*A[i][j]", 11, "accumulation"),
            ("dx[j] += dr*A[i][j]", "dx[j] += dr*A[j][i]", 11, "wrong-point"),
            ("dA[i][j] += dr*x[j]", "dA[i][j] += dr*x[i]", 10, "wrong-point"),
            ("dA[i][j] += dr*x[j]", "dA[i][j] -= dr*x[j]", 10, "sign"),
            ("dA[i][j] += dr*x[j]", "dA[i][j] += x[j]", 10, "chain"),
        ),
    ),
    Written(
        "trig",
        "a = sin(x)\nb = cos(a*y)\nc = exp(b)\nreturn c*a",
        """dL_dc = a
dL_da = c
dL_db = dL_dc*c
dL_da += -dL_db*sin(a*y)*y
dL_dy = -dL_db*sin(a*y)*a
dL_dx = dL_da*cos(x)
""",
        {"x": 0.8, "y": 1.7},
        (
            ("dL_db = dL_dc*c", "dL_db = dL_dc*b", 3, "wrong-point"),
            ("dL_db = dL_dc*c", "dL_db = dL_dc", 3, "chain"),
            ("dL_da += -dL_db*sin(a*y)*y", "dL_da += dL_db*sin(a*y)*y", 4, "sign"),
            ("dL_da += -dL_db*sin(a*y)*y", "dL_da += -dL_db*sin(a*y)", 4, "chain"),
            ("dL_da += -dL_db*sin(a*y)*y", "dL_da = -dL_db*sin(a*y)*y", 4, "accumulation"),
            ("dL_dy = -dL_db*sin(a*y)*a", "dL_dy = -dL_db*cos(a*y)*a", 5, "several"),
            ("dL_dy = -dL_db*sin(a*y)*a", "dL_dy = -dL_db*sin(a*y)*y", 5, "wrong-partial"),
            ("dL_dx = dL_da*cos(x)", "dL_dx = dL_da*sin(x)", 6, "wrong-function"),
            ("dL_dx = dL_da*cos(x)", "dL_dx = cos(x)", 6, "chain"),
        ),
    ),
    Written(
        "polynomial horner",
        """def p(c, x):
    r = c[2]
    r = r*x + c[1]
    r = r*x + c[0]
    return r""",
        """def back(c, x):
    r2 = c[2]
    r1 = r2*x + c[1]
    r_bar = 1
    c_bar = [0, 0, 0]
    x_bar = 0
    c_bar[0] += r_bar
    x_bar += r_bar*r1
    r_bar = r_bar*x
    c_bar[1] += r_bar
    x_bar += r_bar*r2
    r_bar = r_bar*x
    c_bar[2] += r_bar
    return c_bar, x_bar""",
        {"c": [1.0, -2.0, 0.5], "x": 1.3},
        (
            ("x_bar += r_bar*r2", "x_bar += r_bar*r1", 11, "wrong-adjoint"),
            ("x_bar += r_bar*r2", "x_bar = r_bar*r2", 11, "accumulation"),
            ("    x_bar += r_bar*r1\n    r_bar = r_bar*x\n", "    x_bar += r_bar*r1\n", 9, "wrong-adjoint"),
            ("c_bar[0] += r_bar\n", "c_bar[0] += r1\n", 7, "wrong-partial"),
        ),
    ),
    Written(
        "helper",
        "def g(u):\n    return u*exp(-u)\ndef f(x, y):\n    a = g(x)\n    b = g(x*y)\n    return a*b",
        """def dg(u):
    return exp(-u) - u*exp(-u)
def f_back(x, y):
    a = x*exp(-x)
    p = x*y
    b = p*exp(-p)
    a_bar = b
    b_bar = a
    p_bar = b_bar*dg(p)
    x_bar = a_bar*dg(x) + p_bar*y
    y_bar = p_bar*x
    return [x_bar, y_bar]""",
        {"x": 0.7, "y": 1.9},
        (
            ("b_bar*dg(p)", "b_bar*dg(x)", 9, "wrong-point"),
            ("b_bar*dg(p)", "dg(p)", 9, "chain"),
            ("a_bar*dg(x) + p_bar*y", "a_bar*dg(x)", 10, "accumulation"),
            ("a_bar*dg(x) + p_bar*y", "a_bar*dg(x) + p_bar*x", 10, "wrong-partial"),
            ("a_bar = b\n", "a_bar = a\n", 7, "wrong-partial"),
        ),
    ),
    Written(
        "while newton",
        """def f(a):
    x = a
    n = 0
    while n < 3:
        x = (x + a/x)/2
        n += 1
    return x""",
        """def back(a):
    xs = [a]
    n = 0
    while n < 3:
        xs.append((xs[n] + a/xs[n])/2)
        n += 1
    x_bar = 1
    a_bar = 0
    while n > 0:
        n -= 1
        a_bar += x_bar/(2*xs[n])
        x_bar = x_bar*(1 - a/xs[n]**2)/2
    a_bar += x_bar
    return a_bar""",
        {"a": 2.3},
        (
            ("    a_bar += x_bar\n    return", "    return", 11, "accumulation"),
            ("x_bar*(1 - a/xs[n]**2)/2", "x_bar*(1 - a/xs[n]**2)", 12, "constant-factor"),
            ("x_bar*(1 - a/xs[n]**2)/2", "x_bar*(1 + a/xs[n]**2)/2", 12, "quotient-sign"),
            ("a_bar += x_bar/(2*xs[n])", "a_bar += x_bar/xs[n]", 11, "constant-factor"),
            ("a_bar += x_bar/(2*xs[n])", "a_bar = x_bar/(2*xs[n])", 11, "accumulation"),
        ),
    ),
    Written(
        "named output and an unnamed sum",
        "h = 0\nfor i in range(3):\n    h = tanh(w*h + x[i])\nreturn h",
        """def back(w, x):
    hs = [0]
    for i in range(3):
        hs.append(tanh(w*hs[i] + x[i]))
    dh = 1
    dw = 0
    dx = [0, 0, 0]
    for i in range(2, -1, -1):
        dz = dh*(1 - hs[i+1]**2)
        dw += dz*hs[i]
        dx[i] = dz
        dh = dz*w
    return [dw, dx[0], dx[1], dx[2]]""",
        {"w": 0.6, "x": [0.5, -0.3, 0.8]},
        (
            ("hs[i+1]**2", "hs[i]**2", 9, "wrong-point"),
            ("dh*(1 - hs[i+1]**2)", "dh", 9, "chain"),
            ("dw += dz*hs[i]", "dw = dz*hs[i]", 10, "accumulation"),
            ("dw += dz*hs[i]", "dw += dz*hs[i+1]", 10, "wrong-point"),
            ("dx[i] = dz", "dx[i] = dh", 11, "wrong-adjoint"),
            ("dh = dz*w", "dh += dz*w", 12, "accumulation"),
            ("dh = dz*w", "dh = -dz*w", 12, "sign"),
            ("dh = dz*w", "dh = dz", 12, "product-factor"),
            ("range(2, -1, -1)", "range(3)", 8, "loop-order"),
        ),
    ),
    Written(
        "numbers worked out where they are given back",
        "s = 0\nfor i in range(3):\n    s = s + x[i]*y[i]\nreturn s*s",
        "ds = 2*s\n[ds*y[0], ds*y[1], ds*y[2], ds*x[0], ds*x[1], ds*x[2]]",
        {"x": [1.0, 2.0, 3.0], "y": [0.5, -1.0, 2.0]},
        (
            ("ds = 2*s", "ds = s", 1, "product-half"),
            ("ds*y[0]", "y[0]", 2, "chain"),
            ("ds*y[1]", "ds*x[1]", 2, "wrong-partial"),
        ),
    ),
    Written(
        "branches",
        "if x > 0:\n    y = x*x\nelse:\n    y = -x\nreturn y*z",
        "dy = z\ndz = y\nif x > 0:\n    dx = dy*2*x\nelse:\n    dx = -dy\n[dx, dz]",
        {"x": 1.4, "z": 0.6},
        (
            ("if x > 0:", "if x < 0:", 3, "wrong-branch"),
            ("dy*2*x", "dy*x", 4, "product-half"),
        ),
    ),
    Written(
        "products by the whole",
        "p = 1\nfor i in range(3):\n    p = p*x[i]\na = A*p\nreturn a*p + sin(p)",
        "a_bar = p\np_bar = a + cos(p) + a_bar*A\nA_bar = a_bar*p\n[A_bar, p_bar*p/x[0], p_bar*p/x[1], p_bar*p/x[2]]",
        {"A": 1.7, "x": [1.2, 0.7, -1.1]},
        (
            ("A_bar = a_bar*p", "A_bar = a_bar", 3, "product-factor"),
            ("p_bar*p/x[1]", "p/x[1]", 4, "chain"),
            ("p_bar*p/x[2]", "p_bar*p", 4, "factor-too-many"),
            (" + a_bar*A", "", 2, "accumulation"),
        ),
    ),
    Written(
        "a damped wave",
        "a = exp(-k*t)\nb = cos(w*t)\nreturn A*a*b",
        "da = A*b\ndb = A*a\ndA = a*b\ndk = -da*a*t\ndw = -db*sin(w*t)*t\n"
        "dt = -da*a*k - db*sin(w*t)*w\n[dk, dt, dw, dA]",
        {"k": 0.4, "t": 1.3, "w": 2.0, "A": 1.7},
        (
            ("db = A*a", "db = a", 2, "factor-missing"),
            ("dw = -db*sin(w*t)*t", "dw = db*cos(w*t)*t", 5, "wrong-function"),
        ),
    ),
)
