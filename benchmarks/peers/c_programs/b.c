/* log(x) + x*y - sin(y) and both partials. */
static void f(const double *x, double *out) {
    out[0] = log(x[0]) + x[0] * x[1] - sin(x[1]);
    out[1] = 1 / x[0] + x[1];
    out[2] = x[0] - cos(x[1]);
}
