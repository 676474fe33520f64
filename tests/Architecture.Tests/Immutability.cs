using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace NetworkingSfc.Architecture.Tests;

/// <summary>Walks every type that can be reached through fields and reports what could change after publishing.</summary>
internal sealed class Immutability
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private readonly Func<Type, bool> _isOurs;
    private readonly Func<Type, IEnumerable<Type>> _implementations;
    private readonly Func<Type, bool> _mayHaveOneRoot;
    private readonly HashSet<Type> _seen = [];
    private readonly List<string> _breaches = [];

    private Immutability(Func<Type, bool> isOurs, Func<Type, IEnumerable<Type>> implementations, Func<Type, bool> mayHaveOneRoot) =>
        (_isOurs, _implementations, _mayHaveOneRoot) = (isOurs, implementations, mayHaveOneRoot);

    /// <param name="isOurs">Types to look into; all others are judged by name.</param>
    /// <param name="implementations">What may stand behind an interface or an abstract class.</param>
    /// <param name="mayHaveOneRoot">Types that may swap one field (rule 5: the classifier's own update path).</param>
    public static (IReadOnlyList<string> Breaches, IReadOnlyCollection<Type> Reached) Check(
        Type root, Func<Type, bool> isOurs, Func<Type, IEnumerable<Type>> implementations, Func<Type, bool> mayHaveOneRoot)
    {
        Immutability walk = new(isOurs, implementations, mayHaveOneRoot);
        walk.Visit(root, root.Name);
        return (walk._breaches, walk._seen);
    }

    private void Visit(Type type, string path)
    {
        if (type.HasElementType)
        {
            Visit(type.GetElementType()!, path);
            return;
        }

        foreach (Type argument in type.GenericTypeArguments)
        {
            Visit(argument, path);
        }

        Type definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        if (!_isOurs(definition))
        {
            JudgeForeign(definition, path);
            return;
        }

        if (type.IsEnum || type.IsAssignableTo(typeof(Delegate)) || !_seen.Add(type))
        {
            return;
        }

        if (type.IsInterface || type.IsAbstract)
        {
            foreach (Type implementation in _implementations(type))
            {
                Visit(implementation, $"{path}={implementation.Name}");
            }
        }

        JudgeMembers(type, path);
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
        {
            Visit(parent, $"{path}:{parent.Name}");
        }
    }

    private void JudgeMembers(Type type, string path)
    {
        FieldInfo[] fields = type.GetFields(Declared);
        FieldInfo[] changeable = [.. fields.Where(field => !field.IsInitOnly && !IsInlineArray(type))];
        if (changeable.Length > (_mayHaveOneRoot(type) ? 1 : 0))
        {
            _breaches.AddRange(changeable.Select(field => $"{path}: field {type.Name}.{field.Name} can be assigned"));
        }

        _breaches.AddRange(fields.Where(field => field.FieldType.IsArray && IsExposed(field.Attributes))
            .Select(field => $"{path}: field {type.Name}.{field.Name} exposes an array"));
        foreach (PropertyInfo property in type.GetProperties(Declared))
        {
            if (property.GetMethod is { } get && property.PropertyType.IsArray && IsExposed((FieldAttributes)get.Attributes))
            {
                _breaches.Add($"{path}: property {type.Name}.{property.Name} exposes an array");
            }

            if (property.SetMethod is { } set && !set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)))
            {
                _breaches.Add($"{path}: property {type.Name}.{property.Name} has a setter");
            }
        }

        foreach (FieldInfo field in fields)
        {
            Visit(field.FieldType, $"{path}.{field.Name}");
        }
    }

    private void JudgeForeign(Type type, string path)
    {
        bool changes = type == typeof(object)
            || type.Namespace is "System.Collections" or "System.Collections.Concurrent" or "System.Text"
            || (type.Namespace == "System.Collections.Generic" && type.IsClass)
            || type == typeof(Memory<>)
            || type.Name is "ICollection`1" or "IList`1" or "ISet`1" or "IDictionary`2"
            || type == typeof(ImmutableArray<>.Builder);
        if (changes)
        {
            _breaches.Add($"{path}: {type.Name} can change");
        }
    }

    // The access bits of fields and methods are the same numbers (ECMA-335, II.23.1.5 and II.23.1.10).
    private static bool IsExposed(FieldAttributes attributes) =>
        (attributes & FieldAttributes.FieldAccessMask) is FieldAttributes.Public or FieldAttributes.Assembly or FieldAttributes.FamORAssem;

    private static bool IsInlineArray(Type type) => type.IsDefined(typeof(InlineArrayAttribute), inherit: false);
}
