using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using NetworkingSfc.Control.Resources;

namespace NetworkingSfc.Control.Access;

/// <summary>Decides before anything else of a request is looked at whether it is let in, and as whom.</summary>
/// <param name="callers">Finds out who asks.</param>
/// <param name="rate">Bounds the requests; null for no bound.</param>
internal sealed class AccessGate(ICallerSource callers, RequestRate? rate)
{
    /// <summary>Who sent a request that was let in.</summary>
    public static Caller CallerOf(HttpContext context) => context.Features.GetRequiredFeature<Caller>();

    /// <summary>Why the request is not let in, or null; then <see cref="CallerOf"/> says who sent it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="isForAnybody">Whether it is answered whoever asks; nobody is its sender then.</param>
    public ApiProblem? Refuse(HttpContext context, bool isForAnybody)
    {
        if (rate?.SecondsToWait(context.Connection.RemoteIpAddress) is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            return AccessProblems.TooManyRequests(rate.PerSecond, seconds);
        }

        if (isForAnybody)
        {
            return null;
        }

        if (callers.Identify(context.Request.Headers, out Caller caller) is { } problem)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return problem;
        }

        string method = context.Request.Method;
        if (caller.ReadsOnly && !(HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method)))
        {
            return AccessProblems.ReadsOnly(method);
        }

        context.Features.Set(caller);
        return null;
    }
}
