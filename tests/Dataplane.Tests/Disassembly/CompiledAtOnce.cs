using System.Reflection;
using System.Runtime.CompilerServices;

namespace NetworkingSfc.Dataplane.Tests.Disassembly;

/// <summary>Methods that are compiled fully at once, without tiers (<see cref="MethodImplOptions.AggressiveOptimization"/>).</summary>
internal static class CompiledAtOnce
{
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>All of an assembly that this processor can run, once for each choice of type arguments that there is.</summary>
    /// <param name="assembly">The assembly.</param>
    public static IEnumerable<MethodInfo> Methods(Assembly assembly) => assembly.GetTypes()
        .Where(type => !type.IsInterface)
        .SelectMany(type => Choices(type.GetGenericArguments()).Select(chosen => chosen.Length == 0 ? type : type.MakeGenericType(chosen)))
        .Where(CanRun)
        .SelectMany(type => type.GetMethods(Any))
        .Where(method => method.MethodImplementationFlags.HasFlag(MethodImplAttributes.AggressiveOptimization))
        .SelectMany(method => method.IsGenericMethodDefinition ? Choices(method.GetGenericArguments()).Select(chosen => method.MakeGenericMethod(chosen)) : [method]);

    /// <summary>As the compiler lists it, without type arguments.</summary>
    public static string NameOf(MethodInfo method) => $"{method.DeclaringType!.Name}:{method.Name}";

    /// <summary>Has it compiled when nothing has called it yet.</summary>
    public static void Compile(MethodInfo method)
    {
        RuntimeTypeHandle[] arguments = [.. method.DeclaringType!.GetGenericArguments().Concat(method.GetGenericArguments()).Select(type => type.TypeHandle)];
        RuntimeHelpers.PrepareMethod(method.MethodHandle, arguments.Length == 0 ? null : arguments);
    }

    // A parameter is an interface of the assembly (ILanes, IFamily); what implements it and can run is the choice.
    private static IEnumerable<Type[]> Choices(Type[] parameters)
    {
        IEnumerable<Type[]> choices = [[]];
        foreach (Type parameter in parameters)
        {
            Type wanted = parameter.GetGenericParameterConstraints().Single(constraint => constraint.IsInterface);
            Type[] types = [.. wanted.Assembly.GetTypes().Where(type => type.IsValueType && type.IsAssignableTo(wanted) && CanRun(type))];
            choices = choices.SelectMany(choice => types.Select(type => choice.Append(type).ToArray())).ToArray();
        }

        return choices;
    }

    private static bool CanRun(Type type) => type.GetProperty("IsSupported", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) is not false;
}
