using System.Reflection;
using Xunit;

namespace NetworkingSfc.Architecture.Tests;

/// <summary>
/// The assemblies of the three rooms. Types are looked up by name, because most are internal and because a rule must
/// also fail, and say why, when the type it is about has been renamed or does not exist yet.
/// </summary>
internal static class Rooms
{
    public static Assembly Classifier { get; } = Assembly.Load("NetworkingSfc.Classifier");

    public static Assembly Dataplane { get; } = Assembly.Load("NetworkingSfc.Dataplane");

    public static Assembly Control { get; } = Assembly.Load("NetworkingSfc.Control");

    public static IReadOnlyList<Assembly> All { get; } = [Classifier, Dataplane, Control];

    public static bool Owns(Type type) => All.Contains(type.Assembly);

    /// <summary>The type of this simple or full name, or a failed test that says it is missing.</summary>
    public static Type Find(Assembly room, string name)
    {
        Type? found = room.GetTypes().FirstOrDefault(type => type.FullName == name || SimpleName(type) == name);
        Assert.True(found is not null, $"{name} does not exist in {room.GetName().Name}. The rule about it cannot be checked.");
        return found;
    }

    /// <summary>The classes and structs of a room that are, or for a generic interface are a form of, the contract.</summary>
    public static IReadOnlyList<Type> Implementations(Assembly room, Type contract) =>
    [
        .. room.GetTypes().Where(type => !type.IsInterface && !type.IsAbstract
            && (contract.IsAssignableFrom(type) || type.GetInterfaces().Any(form => form.IsGenericType && form.GetGenericTypeDefinition() == contract))),
    ];

    /// <summary>The name without the number of type parameters.</summary>
    public static string SimpleName(Type type) => type.Name.Split('`')[0];
}
